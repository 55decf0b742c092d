package io.datachunk.operator.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkState;
import io.datachunk.api.DataChunk;
import io.datachunk.api.NodeChunkSlice;
import io.datachunk.operator.Samples;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReportIndexTest {
    private final ReportIndex index = new ReportIndex();

    @BeforeEach
    void twoChunksAndANode() {
        index.putChunk(chunk("everywhere", Map.of()));
        index.putChunk(chunk("fast", Map.of("disk", "fast")));
        index.nodeChanged("a", Map.of("disk", "fast"));
        index.reportChanged("a", Freshness.FRESH);
    }

    @Test
    void aSliceTouchesTheChunksOfWhichItSaysSomethingNew() {
        NodeChunkSlice first =
                Samples.slice("a", 0, entry("everywhere", ChunkState.QUEUED, 0), entry("fast", ChunkState.QUEUED, 0));
        NodeChunkSlice second =
                Samples.slice("a", 0, entry("everywhere", ChunkState.QUEUED, 7), entry("fast", ChunkState.READY, 9));

        assertThat(index.sliceChanged(null, first)).containsExactlyInAnyOrder("lake/everywhere", "lake/fast");
        assertThat(index.sliceChanged(first, second)).containsExactly("lake/fast");
        assertThat(index.sliceChanged(second, null)).containsExactlyInAnyOrder("lake/everywhere", "lake/fast");
        assertThat(index.desired(chunk("fast", Map.of())))
                .containsExactly(new NodeState("a", Freshness.FRESH, java.util.Optional.empty()));
    }

    @Test
    void anEntryThatMovesToAnotherSliceIsNeverMissing() {
        NodeChunkSlice before = Samples.slice("a", 0, entry("fast", ChunkState.READY, 9));
        index.sliceChanged(null, before);

        index.sliceChanged(null, Samples.slice("a", 1, entry("fast", ChunkState.READY, 9)));
        index.sliceChanged(before, Samples.slice("a", 0));

        assertThat(stateOf("fast")).isEqualTo(ChunkState.READY);
    }

    @Test
    void aChunkMadeAnewForAnotherNodeLeavesTheOldOne() {
        index.nodeChanged("b", Map.of());
        index.reportChanged("b", Freshness.FRESH);
        index.putChunk(Samples.chunk("named", "a", Map.of()));
        index.putChunk(Samples.chunk("named", "b", Map.of()));

        assertThat(index.reportChanged("a", Freshness.SILENT)).doesNotContain("lake/named");
        assertThat(index.reportChanged("b", Freshness.SILENT)).contains("lake/named");
        index.removeChunk(Samples.chunk("named", "b", Map.of()));
        assertThat(index.reportChanged("b", Freshness.FRESH)).doesNotContain("lake/named");
    }

    @Test
    void aNodeThatIsNoObjectAnyMoreIsNotAskedForThoughItsReportsAreStillThere() {
        index.sliceChanged(null, Samples.slice("a", 0, entry("everywhere", ChunkState.READY, 9)));

        assertThat(index.nodeChanged("a", null)).hasSize(2);
        assertThat(index.desired(chunk("everywhere", Map.of()))).isEmpty();
    }

    @Test
    void aLabelTouchesTheChunksThatSelectByIt() {
        assertThat(index.nodeChanged("a", Map.of("disk", "slow"))).containsExactly("lake/fast");
        assertThat(index.nodeChanged("a", Map.of("disk", "slow", "other", "x"))).isEmpty();
        assertThat(index.desired(chunk("fast", Map.of("disk", "fast")))).isEmpty();
    }

    @Test
    void aNodeWithoutAReportIsNotDesired() {
        assertThat(index.nodeChanged("b", Map.of())).isEmpty();
        assertThat(index.desired(chunk("everywhere", Map.of())))
                .extracting(NodeState::nodeName)
                .containsExactly("a");

        assertThat(index.reportChanged("b", Freshness.FRESH)).containsExactly("lake/everywhere");
        assertThat(index.desired(chunk("everywhere", Map.of())))
                .extracting(NodeState::nodeName)
                .containsExactly("a", "b");
    }

    @Test
    void aNodeThatFallsSilentTouchesItsChunksOnce() {
        assertThat(index.reportChanged("a", Freshness.SILENT)).hasSize(2);
        assertThat(index.reportChanged("a", Freshness.SILENT)).isEmpty();
        assertThat(index.desired(chunk("fast", Map.of("disk", "fast"))))
                .extracting(NodeState::freshness)
                .containsExactly(Freshness.SILENT);
    }

    private ChunkState stateOf(String name) {
        return index.desired(chunk(name, Map.of()))
                .getFirst()
                .entry()
                .orElseThrow()
                .state();
    }

    private static DataChunk chunk(String name, Map<String, String> selector) {
        return Samples.chunk(name, null, selector);
    }

    private static ChunkEntry entry(String name, ChunkState state, long bytes) {
        return Samples.entry(name, state, state.text(), bytes);
    }
}
