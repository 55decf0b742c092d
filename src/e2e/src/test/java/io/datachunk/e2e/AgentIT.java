package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkState;
import io.datachunk.api.DataChunkFile;
import io.datachunk.api.ResourceCondition;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agent and operator together, from {@code kubectl apply} to a reader's hands, with the privileges that ship. */
class AgentIT extends LakeTest {
    private static final String NAMESPACE = "e2e-agent";
    private static final String SAMPLE_DATASET = "9a3e51c7d80b2f46e1a5c9037d84b6f2530c9e1a7f6d2b48c5e0a3917b6d4f82";
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    AgentIT() {
        super(NAMESPACE);
    }

    @BeforeEach
    void setUp() {
        lake.node("node-a", Map.of("disk", "fast"));
    }

    @Test
    void whatIsAppliedIsFoundOnItsNodeAndGoesWhenItIsDeleted(Cluster cluster) throws IOException {
        Path samples = samples();
        lake.operator().awaitReady();
        lake.agent("node-a").awaitReady();

        cluster.kubectl("apply", "-n", NAMESPACE, "-f", samples.toString());
        cluster.kubectl("wait", "-n", NAMESPACE, "--for=condition=Ready", "--timeout=120s", "datachunks", "--all");

        try (Worker worker = Worker.start(lake.data("node-a"), SAMPLE_DATASET)) {
            assertThat(Path.of(worker.tell("find 999")).resolve("logs.parquet")).hasContent("logs 0");
            assertThat(Path.of(worker.tell("find 1000")).resolve("blocks.parquet"))
                    .hasContent("blocks 1000");
            assertThat(worker.tell("find 3000")).isEqualTo("nothing");
            Path held = Path.of(worker.tell("hold 1500"));
            assertThat(cluster.kubectl("get", "datachunks", "-n", NAMESPACE)
                            .lines()
                            .skip(1))
                    .hasSize(3)
                    .allMatch(line -> line.matches(".* 1/1 +Ready .*"));
            assertThat(cluster.kubectl("get", "nodechunks", "-n", ServiceAccounts.NAMESPACE, "node-a"))
                    .contains("3/3");

            cluster.kubectl("delete", "-n", NAMESPACE, "-f", samples.toString());

            Chunks.await(() -> assertThat(lake.entries("node-a"))
                    .singleElement()
                    .satisfies(entry -> {
                        assertThat(entry.name()).isEqualTo("eth-001000-002000");
                        assertThat(entry.state()).isEqualTo(ChunkState.RETIRING);
                        assertThat(entry.reason()).isEqualTo("WaitingForReferences");
                        assertThat(entry.message()).startsWith("held by ");
                    }));
            assertThat(worker.tell("find 1500")).isEqualTo("nothing");
            assertThat(held.resolve("blocks.parquet")).hasContent("blocks 1000");
            worker.kill();
            Chunks.await(() -> assertThat(held).doesNotExist());
        }
        Chunks.await(() -> assertThat(lake.entries("node-a")).isEmpty());
        assertThat(lake.chunks().events()).as("events where nothing failed").isEmpty();
    }

    @Test
    void whatFailsSaysWhatToDoAndHealsByNothingButThat() throws IOException {
        lake.operator().awaitReady();
        lake.agent("node-a").awaitReady();
        String good = lake.origin().put("/good", Lake.content(1, 10_000));
        String other = lake.origin().put("/other", Lake.content(2, 10_000));
        create("good", 0, Lake.file("blocks", good));
        create("gone", 1, Lake.file("blocks", lake.origin().url("/gone")));
        create("wrong", 2, new DataChunkFile("blocks", good, null, "ab".repeat(32)));
        create("local", 3, Lake.file("blocks", good.replace("127.0.0.1", "127.0.0.2")));
        create("first", 4, Lake.file("blocks", good));
        create("second", 4, Lake.file("logs", other));
        create("odd", 5, Lake.file("blocks", "http://127.0.0.1:99999/odd"));

        awaitStalled("gone", "NotFound", "404");
        awaitStalled("wrong", "ChecksumMismatch", "sha256");
        awaitStalled("local", "AddressRefused", "127.0.0.2");
        awaitStalled("second", "Conflict", NAMESPACE + "/first");
        awaitStalled("odd", "InvalidSpec", "99999");
        lake.chunks().awaitReady("good", "1/1");
        lake.chunks().awaitReady("first", "1/1");

        source("gone", good);
        source("odd", good);
        source("local", good);
        lake.origin().put("/made", "made\n".getBytes(StandardCharsets.US_ASCII));
        lake.chunks().named("wrong").delete();
        create(
                "right",
                2,
                new DataChunkFile(
                        "blocks",
                        lake.origin().url("/made"),
                        5L,
                        "9ccbd3f1b19a1cdfd8d7c6ae48e9e822e2345f5be1a6187b19e41486c6941004"));
        lake.chunks().named("first").delete();

        for (String healed : List.of("gone", "odd", "local", "second")) {
            lake.chunks().awaitReady(healed, "1/1");
        }
        assertThat(lake.chunks().events())
                .contains("gone NotFound", "gone Recovered", "local AddressRefused", "second Conflict")
                .noneMatch(event -> event.startsWith("good ") || event.startsWith("first "));
    }

    @Test
    void anObjectOfANewerSchemaStopsNobody(Cluster cluster) throws IOException {
        lake.operator().awaitReady();
        ShippedJar agent = lake.agent("node-a").awaitReady();
        String url = lake.origin().put("/good", Lake.content(1, 10_000));
        create("before", 0, Lake.file("blocks", url));
        create("changes", 1, Lake.file("blocks", url));
        lake.chunks().awaitReady("before", "1/1");
        lake.chunks().awaitReady("changes", "1/1");
        try {
            cluster.kubectl(
                    "patch",
                    "crd",
                    "datachunks.datachunk.io",
                    "--type=json",
                    "-p",
                    "[{\"op\": \"replace\", \"path\": \"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/nodeSelector\","
                            + " \"value\": {\"type\": \"object\", \"x-kubernetes-preserve-unknown-fields\": true}}]");
            Chunks.await(() -> {
                lake.chunks()
                        .named("changes")
                        .patch(MERGE, "{\"spec\": {\"nodeSelector\": {\"disk\": {\"in\": [\"fast\", \"slow\"]}}}}");
                assertThat(cluster.kubectl("get", "datachunk", "changes", "-n", NAMESPACE, "-o", "yaml"))
                        .contains("slow");
            });
            create("after", 2, Lake.file("blocks", url));
            lake.chunks().awaitReady("after", "1/1");

            agent.program()
                    .await("said", () -> agent.program().log().contains(NAMESPACE + "/changes cannot be followed"));
            assertThat(Chunks.ids(lake.data("node-a")))
                    .as("what was declared by an object that cannot be read any more stays")
                    .contains(Chunks.id(0), Chunks.id(1), Chunks.id(2));
            assertThat(agent.get("/livez")).isEqualTo("ok\n");
        } finally {
            lake.chunks().named("changes").delete();
            cluster.kubectl("apply", "-f", Cluster.ROOT.resolve("crds").toString());
        }
    }

    /** The samples as they ship, with the origin of the test. */
    private Path samples() throws IOException {
        Path copies = Files.createDirectories(directory.resolve("samples"));
        try (Stream<Path> files = Files.list(Cluster.ROOT.resolve("manifests/samples"))) {
            for (Path file : files.toList()) {
                Files.writeString(
                        copies.resolve(file.getFileName().toString()),
                        Files.readString(file)
                                .replace(
                                        "127.0.0.1:8000",
                                        "127.0.0.1:" + lake.origin().port()));
            }
        }
        put("/eth/000000-001000/blocks.parquet", "blocks 0");
        put("/eth/000000-001000/logs.parquet", "logs 0");
        put("/eth/001000-002000/blocks.parquet", "blocks 1000");
        put("/eth/002000-003000/blocks.parquet", "hello world\n");
        return copies;
    }

    private void put(String path, String content) {
        lake.origin().put(path, content.getBytes(StandardCharsets.US_ASCII));
    }

    private void create(String name, int number, DataChunkFile file) {
        lake.chunks().create(name, number, List.of(file), "node-a", Map.of());
    }

    private void source(String name, String url) {
        lake.chunks()
                .named(name)
                .patch(MERGE, "{\"spec\": {\"files\": [{\"name\": \"blocks\", \"url\": \"" + url + "\"}]}}");
    }

    private void awaitStalled(String name, String reason, String message) {
        lake.chunks().awaitStatus(name, status -> {
            assertThat(Chunks.reason(status)).isEqualTo(reason);
            assertThat(Chunks.message(status)).contains("node-a", message);
            assertThat(ResourceCondition.holds(status.conditions(), "Stalled")).isTrue();
        });
    }
}
