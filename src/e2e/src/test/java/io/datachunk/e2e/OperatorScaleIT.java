package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkState;
import io.datachunk.api.DataChunk;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What many chunks that go ready on one node cost. {@code -De2e.chunks=5000} for a full node. */
@NeedsCluster
class OperatorScaleIT {
    private static final String NAMESPACE = "e2e-scale";
    private static final int SLICE = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Test
    void chunksThatGoReadyOnOneNodeCostTwoWritesEach(Cluster cluster, @TempDir Path directory) throws IOException {
        int count = Integer.getInteger("e2e.chunks", 1_000);
        Chunks chunks = new Chunks(cluster.client(), NAMESPACE);
        PretendedAgents agents = new PretendedAgents(cluster.client(), NAMESPACE);
        ServiceAccounts accounts = ServiceAccounts.install(cluster);
        accounts.node("scale-a", Map.of());
        agents.report("scale-a");
        Map<String, Set<String>> versions = new ConcurrentHashMap<>();

        try (ShippedJar operator = ShippedJar.operator(
                        accounts.operator(directory), directory.resolve("operator.log"), "--namespaces=" + NAMESPACE);
                Watch _ = cluster.client()
                        .resources(DataChunk.class)
                        .inNamespace(NAMESPACE)
                        .watch(new VersionRecorder(versions));
                ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor()) {
            var _ = heart.scheduleAtFixedRate(
                    () -> agents.heartbeat("scale-a", Instant.now()), 0, 30, TimeUnit.SECONDS);
            operator.awaitReady();
            Instant started = Instant.now();
            IntStream.range(0, count).parallel().forEach(i -> chunks.create("many-" + i, i, "scale-a", Map.of()));
            for (ChunkState state : List.of(ChunkState.QUEUED, ChunkState.DOWNLOADING, ChunkState.READY)) {
                for (int from = 0; from < count; from += SLICE) {
                    agents.saySlice(
                            "scale-a",
                            from / SLICE,
                            IntStream.range(from, Math.min(count, from + SLICE))
                                    .mapToObj(i -> agents.entry("many-" + i, 1, state, state.text()))
                                    .toList());
                }
            }
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(2))
                    .untilAsserted(() -> {
                        assertThat(operator.metric("datachunk_operator_chunks{condition=\"Ready\"}"))
                                .isEqualTo(count);
                    });
            System.out.printf(
                    "measured: %,d chunks ready on one node in %s; %.0f status writes; operator RSS %,d kB%n",
                    count,
                    Duration.between(started, Instant.now()),
                    operator.metric("datachunk_operator_status_writes_total"),
                    operator.program().rssKilobytes());

            assertThat(chunks.list())
                    .hasSize(count)
                    .allSatisfy(chunk -> assertThat(chunk.getStatus().ready()).isEqualTo("1/1"));
            assertThat(operator.metric("datachunk_operator_status_writes_total"))
                    .isLessThanOrEqualTo(2.0 * count);
            assertThat(versions.values())
                    .as("versions that watchers saw: the creation and two writes")
                    .allSatisfy(seen -> assertThat(seen).hasSizeLessThanOrEqualTo(3));
        } finally {
            chunks.deleteAll();
            agents.forgetAll();
        }
    }

    /** Collects the versions of each chunk that a watcher sees. */
    private record VersionRecorder(Map<String, Set<String>> versions) implements Watcher<DataChunk> {
        @Override
        public void eventReceived(Action action, DataChunk chunk) {
            if (action != Action.DELETED) {
                versions.computeIfAbsent(chunk.key(), _ -> ConcurrentHashMap.newKeySet())
                        .add(chunk.getMetadata().getResourceVersion());
            }
        }

        @Override
        public void onClose(WatcherException cause) {}
    }
}
