package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What kubectl prints of our kinds. */
@NeedsCluster
class PrintedIT {
    private static final String CHUNK = """
            apiVersion: datachunk.io/v1alpha1
            kind: DataChunk
            metadata: {name: printed, namespace: default}
            spec:
              id: "%s"
              dataset: "%s"
              blockRange: {start: 12000, end: 13000}
              files:
              - {name: blocks.parquet, url: "https://chunks.example/blocks"}
              nodeName: node-a
            """.formatted("6f".repeat(32), "9a".repeat(32));
    private static final String STATUS = """
            {"status": {"observedGeneration": 1, "ready": "2/3", "size": "200Mi", "conditions": [{"type": "Ready", "status": "False", "reason": "NotFound",
            "message": "node-a: no such file", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}""";
    private static final String REPORT = """
            apiVersion: datachunk.io/v1alpha1
            kind: NodeChunks
            metadata: {name: node-a, namespace: default}
            spec: {nodeName: node-a}
            """;
    private static final String REPORT_STATUS = """
            {"status": {"agent": {"heartbeat": "2026-01-01T00:00:00Z"}, "volume": {"used": "1.2Ti", "free": "800Gi"}, "summary": {"ready": "4990/5000",
            "rate": "120Mi/s", "eta": "5m10s", "chunks": {"desired": 5000, "ready": 4990, "downloading": 8, "waiting": 1, "failed": 1, "deleting": 0}}}}""";

    @TempDir
    Path directory;

    @Test
    void listsChunksWithWhatAPersonWants(Cluster cluster) throws IOException {
        apply(cluster, CHUNK);
        cluster.kubectl("patch", "datachunks", "printed", "--subresource=status", "--type=merge", "-p", STATUS);

        assertThat(cluster.kubectl("get", "dchunk", "printed").lines().map(PrintedIT::words))
                .satisfiesExactly(
                        header -> assertThat(header)
                                .containsExactly("NAME", "START", "END", "SIZE", "READY", "STATUS", "AGE"),
                        row -> assertThat(row).startsWith("printed", "12000", "13000", "200Mi", "2/3", "NotFound"));
        assertThat(cluster.kubectl("get", "datachunks", "printed", "-o", "wide"))
                .contains("DATASET", "NODE", "MESSAGE", "9a".repeat(32), "node-a", "node-a: no such file");
        assertThat(cluster.kubectl(
                        "get", "datachunks", "--field-selector=spec.nodeName=node-a,spec.id=" + "6f".repeat(32)))
                .contains("printed");
    }

    @Test
    void listsNodesWithWhatAPersonWants(Cluster cluster) throws IOException {
        apply(cluster, REPORT);
        cluster.kubectl("patch", "nodechunks", "node-a", "--subresource=status", "--type=merge", "-p", REPORT_STATUS);

        assertThat(cluster.kubectl("get", "nodechunks", "node-a").lines().map(PrintedIT::words))
                .satisfiesExactly(
                        header -> assertThat(header)
                                .containsExactly(
                                        "NAME",
                                        "NODE",
                                        "READY",
                                        "DOWNLOADING",
                                        "FAILED",
                                        "USED",
                                        "FREE",
                                        "RATE",
                                        "ETA",
                                        "HEARTBEAT"),
                        row -> assertThat(row)
                                .startsWith(
                                        "node-a",
                                        "node-a",
                                        "4990/5000",
                                        "8",
                                        "1",
                                        "1.2Ti",
                                        "800Gi",
                                        "120Mi/s",
                                        "5m10s"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"datachunks", "nodechunks", "nodechunkslices"})
    void explainsEveryField(String plural, Cluster cluster) throws IOException {
        JsonNode schema = new ObjectMapper(new YAMLFactory())
                .readTree(Cluster.ROOT.resolve("crds/" + plural + ".yaml").toFile())
                .at("/spec/versions/0/schema/openAPIV3Schema");
        List<String> silent = new ArrayList<>();

        explain(cluster, plural, schema, silent);

        assertThat(silent).isEmpty();
    }

    private void apply(Cluster cluster, String manifest) throws IOException {
        Path file = directory.resolve("object.yaml");
        Files.writeString(file, manifest);
        cluster.kubectl("apply", "-f", file.toString());
    }

    /** One question for each object: the answer describes the object and, indented below their names, its fields. */
    private static void explain(Cluster cluster, String path, JsonNode schema, List<String> silent) {
        JsonNode fields = schema.path("type").asText().equals("array") ? schema.path("items") : schema;
        if (!fields.has("properties")) {
            return;
        }
        String text = cluster.kubectl("explain", path);
        List<String> lines = text.lines().toList();
        if (text.toLowerCase(Locale.ROOT).contains("<empty>")) {
            silent.add(path);
        }
        fields.get("properties").properties().forEach(field -> {
            boolean described = describes(lines, field.getKey());
            if (!described) {
                silent.add(path + "." + field.getKey());
            }
            explain(cluster, path + "." + field.getKey(), field.getValue(), silent);
        });
    }

    /** Below the line with the field's name come its values, where they are a closed set, and its description. */
    private static boolean describes(List<String> lines, String field) {
        return lines.stream()
                .dropWhile(line -> !line.startsWith("  " + field + "\t"))
                .skip(1)
                .takeWhile(line -> !line.isBlank())
                .anyMatch(line -> !line.strip().startsWith("enum:") && !line.contains("<no description>"));
    }

    private static List<String> words(String line) {
        return List.of(line.strip().split("\\s{2,}"));
    }
}
