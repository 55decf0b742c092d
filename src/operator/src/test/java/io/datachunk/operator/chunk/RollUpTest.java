package io.datachunk.operator.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkStatus;
import io.datachunk.api.NodeChunkSlice;
import io.datachunk.api.NodeChunks;
import io.datachunk.operator.node.Freshness;
import io.datachunk.operator.node.ReportIndex;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The roll-up against golden files: {@code in-*.yaml} holds a DataChunk, nodes, reports and slices as the API server would, and {@code out-*.yaml} the
 * status that has to come of them. A report with the label {@code stale} has not been heard of.
 */
class RollUpTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("basedir", ".")).resolve("src/test/resources/rollup");
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    static List<String> cases() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("in-"))
                    .map(name -> name.substring(3))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesTheStatusThatIsWrittenDown(String name) throws IOException {
        KubernetesSerialization client = new KubernetesSerialization();
        ReportIndex index = new ReportIndex();
        DataChunk chunk = new DataChunk();
        for (String document : Files.readString(FOLDER.resolve("in-" + name)).split("(?m)^---\n", -1)) {
            switch (YAML.readTree(document).path("kind").asText()) {
                case "DataChunk" -> chunk = client.unmarshal(document, DataChunk.class);
                case "Node" -> {
                    Node node = client.unmarshal(document, Node.class);
                    index.nodeChanged(
                            node.getMetadata().getName(), node.getMetadata().getLabels());
                }
                case "NodeChunks" -> {
                    NodeChunks report = client.unmarshal(document, NodeChunks.class);
                    index.reportChanged(
                            report.getSpec().nodeName(),
                            report.getMetadata().getLabels().containsKey("stale") ? Freshness.SILENT : Freshness.FRESH);
                }
                case "NodeChunkSlice" -> index.sliceChanged(null, client.unmarshal(document, NodeChunkSlice.class));
                default -> throw new AssertionError("unexpected: " + document);
            }
        }
        index.putChunk(chunk);
        DataChunkStatus before = chunk.getStatus();

        DataChunkStatus status =
                RollUp.status(chunk, before == null ? List.of() : before.conditions(), index.desired(chunk), NOW);

        JsonNode expected = YAML.readTree(FOLDER.resolve("out-" + name).toFile());
        assertThat(YAML.writeValueAsString(YAML.readTree(client.asYaml(status))))
                .isEqualTo(YAML.writeValueAsString(expected));
    }
}
