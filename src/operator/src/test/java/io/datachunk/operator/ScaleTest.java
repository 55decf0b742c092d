package io.datachunk.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkState;
import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkStatus;
import io.datachunk.api.NodeCounts;
import io.datachunk.operator.chunk.RollUp;
import io.datachunk.operator.node.Freshness;
import io.datachunk.operator.node.ReportIndex;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A large cluster in the index. What it costs is printed; how much a change touches is asserted. */
class ScaleTest {
    private static final int CHUNKS = 5_000;
    private static final int NODES = 1_000;
    private static final int COPIES = 5;
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final ReportIndex index = new ReportIndex();
    private final List<DataChunk> chunks = new ArrayList<>();

    @Test
    void fiveCopiesOfEachChunkAmongAThousandNodes() {
        timed("%,d nodes".formatted(NODES), () -> IntStream.range(0, NODES).forEach(this::node));
        timed("%,d chunks declared".formatted(CHUNKS), () -> declare("group", chunk -> "g" + group(chunk)));
        timed("reports of all nodes", () -> IntStream.range(0, NODES).forEach(node -> report(node, ChunkState.READY)));

        List<DataChunkStatus> statuses = new ArrayList<>();
        timed("roll-up of all chunks", () -> chunks.forEach(chunk -> statuses.add(status(chunk))));

        assertThat(statuses).extracting(DataChunkStatus::nodes).containsOnly(new NodeCounts(COPIES, COPIES, 0, 0));
    }

    @Test
    void aNodeThatChangesTouchesItsOwnChunksOnly() {
        IntStream.range(0, NODES).forEach(this::node);
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            declare(Samples.chunk("c" + chunk, "n" + chunk % NODES, Map.of()));
        }

        timed("all nodes fall silent", () -> {
            for (int node = 0; node < NODES; node++) {
                assertThat(index.reportChanged("n" + node, Freshness.SILENT)).hasSize(CHUNKS / NODES);
            }
        });
        assertThat(status(chunks.getFirst()).nodes()).isEqualTo(new NodeCounts(1, 0, 0, 1));
    }

    @Test
    void oneChunkOnAThousandNodes() {
        IntStream.range(0, NODES).forEach(this::node);
        DataChunk everywhere = Samples.chunk("c0");
        declare(everywhere);
        for (int node = 0; node < NODES; node++) {
            ChunkState state = node % 2 == 0 ? ChunkState.READY : ChunkState.FAILED;
            Set<String> touched = index.sliceChanged(null, Samples.slice("n" + node, 0, Samples.entry("c0", state)));
            assertThat(touched).containsExactly("lake/c0");
        }

        int times = 1_000;
        timed("%,d roll-ups of a chunk on %,d nodes".formatted(times, NODES), () -> {
            for (int i = 0; i < times; i++) {
                assertThat(status(everywhere).nodes()).isEqualTo(new NodeCounts(NODES, NODES / 2, NODES / 2, 0));
            }
        });
        assertThat(status(everywhere).failures()).hasSize(16);
    }

    private void node(int node) {
        index.nodeChanged("n" + node, Map.of("group", "g" + node / COPIES));
        index.reportChanged("n" + node, Freshness.FRESH);
    }

    private static int group(int chunk) {
        return chunk % (NODES / COPIES);
    }

    private void declare(String label, java.util.function.IntFunction<String> value) {
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            declare(Samples.chunk("c" + chunk, null, Map.of(label, value.apply(chunk))));
        }
    }

    private void declare(DataChunk chunk) {
        chunks.add(chunk);
        index.putChunk(chunk);
    }

    private void report(int node, ChunkState state) {
        ChunkEntry[] entries = IntStream.range(0, CHUNKS)
                .filter(chunk -> group(chunk) == node / COPIES)
                .mapToObj(chunk -> Samples.entry("c" + chunk, state))
                .toArray(ChunkEntry[]::new);
        assertThat(index.sliceChanged(null, Samples.slice("n" + node, 0, entries)))
                .hasSize(entries.length);
    }

    private DataChunkStatus status(DataChunk chunk) {
        return RollUp.status(chunk, List.of(), index.desired(chunk), NOW);
    }

    private static void timed(String what, Runnable work) {
        long before = System.nanoTime();
        work.run();
        System.out.printf("%s: %,d ms%n", what, (System.nanoTime() - before) / 1_000_000);
    }
}
