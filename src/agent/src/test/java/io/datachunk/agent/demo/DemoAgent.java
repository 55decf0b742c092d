package io.datachunk.agent.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.datachunk.agent.world.AgentClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A running agent, asked over HTTP as anybody would. Used by the demo's thread. */
final class DemoAgent implements AutoCloseable {
    private final Child process;
    private final AgentClient client;

    private DemoAgent(Child process) {
        this.process = process;
        this.client = new AgentClient(() -> process.said("listening on").orElse(""));
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
        return client.get("/readyz")
                .filter(answer -> answer.statusCode() == 200)
                .isPresent();
    }

    /** Its rows; none when it does not answer. */
    List<JsonNode> rows() {
        return client.rows();
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
}
