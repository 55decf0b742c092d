package io.datachunk.agent.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running agent, asked over HTTP as anybody would. Used by the demo's thread. */
final class DemoAgent implements AutoCloseable {
    private static final Pattern LISTENS = Pattern.compile("listening on (http://\\S+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
    private final Child process;

    private DemoAgent(Child process) {
        this.process = process;
    }

    static DemoAgent start(Path jar, Path manifests, Path dataDir, Path stateDir) throws IOException {
        List<String> arguments = List.of(
                "-jar",
                jar.toString(),
                "--manifests",
                manifests.toString(),
                "--data-dir",
                dataDir.toString(),
                "--state-dir",
                stateDir.toString(),
                "--http",
                "127.0.0.1:0",
                "--allow-address",
                "127.0.0.0/8");
        return new DemoAgent(Child.start(arguments, _ -> {}));
    }

    Child process() {
        return process;
    }

    /** Whether it answers that it is ready. */
    boolean isReady() {
        return get("/readyz").isPresent();
    }

    /** Its rows; none when it does not answer. */
    List<JsonNode> rows() {
        List<JsonNode> rows = new ArrayList<>();
        get("/v1/chunks").ifPresent(text -> {
            try {
                JSON.readTree(text).forEach(rows::add);
            } catch (IOException e) {
                throw new IllegalStateException("/v1/chunks is not JSON: " + text, e);
            }
        });
        return rows;
    }

    /** The row of a chunk. */
    Optional<JsonNode> row(DemoChunk chunk) {
        return rows().stream()
                .filter(row -> row.path("id").asText().equals(chunk.id().toString()))
                .findFirst();
    }

    @Override
    public void close() {
        process.close();
        client.close();
    }

    private Optional<String> get(String path) {
        Optional<String> base = process.said("listening on")
                .map(LISTENS::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1));
        if (base.isEmpty()) {
            return Optional.empty();
        }
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(base.get() + path))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException notThereYet) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
