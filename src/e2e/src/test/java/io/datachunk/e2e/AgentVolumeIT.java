package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.DataChunkApi;
import io.datachunk.api.ResourceCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A volume that another agent has, or that is another one than the API server remembers. */
class AgentVolumeIT extends LakeTest {

    AgentVolumeIT() {
        super("e2e-volume");
    }

    @BeforeEach
    void setUp() {
        lake.node("volume-a", Map.of());
    }

    @Test
    void theNextAgentWaitsForTheLastAndTakesOver() throws IOException, InterruptedException {
        ShippedJar first = lake.agent("volume-a").awaitReady();
        lake.chunk("eth-0", 0, 1_000, "volume-a", Map.of());
        awaitReady("eth-0");
        Worker worker = lake.worker("volume-a");
        worker.tell("watch 0 999");

        ShippedJar second = lake.agent("volume-a");

        second.program().await("waiting", () -> second.get("/readyz").contains("another agent has"));
        assertThat(second.get("/livez")).isEqualTo("ok\n");
        assertThat(first.get("/readyz")).isEqualTo("ok\n");
        assertThat(first.program().stop(30)).as("exit code after SIGTERM").isZero();
        second.awaitReady();
        lake.chunk("eth-1", 1, 1_000, "volume-a", Map.of());
        awaitReady("eth-1");
        assertThat(worker.tell("misses")).isEqualTo("0");
        assertThat(lake.origin().requests()).containsExactlyInAnyOrder("GET /eth-0", "GET /eth-1");
    }

    @Test
    void anEmptiedVolumeIsRefusedUntilSomebodyAcceptsIt(Cluster cluster) throws IOException, InterruptedException {
        ShippedJar first = lake.agent("volume-a").awaitReady();
        lake.chunk("eth-0", 0, 1_000, "volume-a", Map.of());
        awaitReady("eth-0");
        assertThat(first.program().stop(30)).isZero();
        Path data = lake.data("volume-a");
        empty(data);

        ShippedJar second = lake.agent("volume-a");

        Chunks.await(() -> {
            assertThat(lake.condition("volume-a", DataChunkApi.CONDITION_READY)).hasValueSatisfying(ready -> {
                assertThat(ready.status()).isEqualTo("False");
                assertThat(ready.reason()).isEqualTo("VolumeMissing");
                assertThat(ready.message()).contains(DataChunkApi.ACCEPT_VOLUME_ANNOTATION);
            });
            assertThat(lake.entries("volume-a")).as("chunks said to be there").isEmpty();
        });
        assertThat(second.get("/readyz")).contains(DataChunkApi.ACCEPT_VOLUME_ANNOTATION);
        assertThat(second.get("/livez")).isEqualTo("ok\n");
        assertThat(lake.origin().requests()).hasSize(1);
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files).as("what is in a volume that is not ours").isEmpty();
        }

        cluster.kubectl(
                "annotate",
                "nodechunks",
                "volume-a",
                "-n",
                ServiceAccounts.NAMESPACE,
                DataChunkApi.ACCEPT_VOLUME_ANNOTATION + "=true");

        second.awaitReady();
        awaitReady("eth-0");
        assertThat(lake.origin().requests()).hasSize(2);
        Chunks.await(() -> {
            assertThat(lake.condition("volume-a", DataChunkApi.CONDITION_READY).map(ResourceCondition::status))
                    .hasValue(ResourceCondition.TRUE);
            assertThat(lake.report("volume-a").getMetadata().getAnnotations())
                    .as("it was meant for one volume")
                    .satisfiesAnyOf(
                            none -> assertThat(none).isNull(),
                            some -> assertThat(some).doesNotContainKey(DataChunkApi.ACCEPT_VOLUME_ANNOTATION));
        });
        assertThat(cluster.client().v1().events().inNamespace("default").list().getItems())
                .filteredOn(event -> event.getInvolvedObject().getName().equals("volume-a"))
                .extracting(event -> event.getReason())
                .contains("VolumeMissing", "VolumeFound");
    }

    private void awaitReady(String name) {
        Chunks.await(() -> assertThat(lake.entries("volume-a"))
                .filteredOn(entry -> entry.name().equals(name))
                .extracting(entry -> entry.reason())
                .isEqualTo(List.of("Ready")));
    }

    private static void empty(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(data)) {
                    Files.delete(file);
                }
            }
        }
    }
}
