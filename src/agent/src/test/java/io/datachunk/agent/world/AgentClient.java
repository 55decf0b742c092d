package io.datachunk.agent.world;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a running agent over HTTP, where its log says that it listens. Thread-safe. */
public final class AgentClient implements AutoCloseable {
    private static final Pattern LISTENS = Pattern.compile("listening on (http://[^\\s\"]+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<String> log;
    private final HttpClient client =
            HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();

    /**
     * A client.
     *
     * @param log of the agent so far, as text or JSON
     */
    public AgentClient(Supplier<String> log) {
        this.log = log;
    }

    /** An answer, whatever its status; empty while nobody answers. */
    public Optional<HttpResponse<String>> get(String path) {
        Matcher listens = LISTENS.matcher(log.get().replace("\\/", "/"));
        if (!listens.find()) {
            return Optional.empty();
        }
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(listens.group(1) + path))
                    .timeout(Duration.ofSeconds(20))
                    .build();
            return Optional.of(client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException notThere) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** What {@code /v1/chunks} lists; nothing before it does. */
    public List<JsonNode> rows() {
        List<JsonNode> rows = new ArrayList<>();
        get("/v1/chunks").filter(answer -> answer.statusCode() == 200).ifPresent(answer -> {
            try {
                JSON.readTree(answer.body()).forEach(rows::add);
            } catch (IOException e) {
                throw new IllegalStateException("/v1/chunks is not JSON: " + answer.body(), e);
            }
        });
        return rows;
    }

    @Override
    public void close() {
        client.close();
    }
}
