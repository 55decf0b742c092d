package io.datachunk.operator.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkState;
import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkStatus;
import io.datachunk.api.NodeChunkSlice;
import io.datachunk.api.NodeCounts;
import io.datachunk.operator.Samples;
import io.datachunk.operator.SteppedClock;
import io.datachunk.operator.node.Freshness;
import io.datachunk.operator.node.ReportIndex;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusKeeperTest {
    private final SteppedClock clock = new SteppedClock();
    private final ReportIndex index = new ReportIndex();
    private final FakeServer server = new FakeServer();
    private final List<Event> events = new ArrayList<>();
    private final StatusKeeper keeper =
            new StatusKeeper(index, server, new FailureEvents(events::add, clock, "test"), clock);
    private final DataChunk chunk = Samples.chunk("eth-0");

    @BeforeEach
    void declare() {
        index.putChunk(chunk);
        node("a");
    }

    @Test
    void writesOnceWhatHasNotChangedHoweverOftenItLooks() {
        assertThat(keeper.lookAt(chunk)).isEmpty();
        assertThat(keeper.lookAt(chunk)).as("while the watch lags").isEmpty();
        server.deliverTo(chunk);
        assertThat(keeper.lookAt(chunk)).isEmpty();

        assertThat(server.written).extracting(DataChunkStatus::ready).containsExactly("0/1");
    }

    @Test
    void aLaggingWatchDoesNotBringAnOldStatusBack() {
        keeper.lookAt(chunk);
        report("a", ChunkState.READY);
        keeper.lookAt(chunk);
        keeper.lookAt(chunk);

        assertThat(server.written).extracting(DataChunkStatus::ready).containsExactly("0/1", "1/1");
    }

    @Test
    void mendsAStatusThatSomebodyElseHasChanged() {
        report("a", ChunkState.READY);
        keeper.lookAt(chunk);
        DataChunkStatus right = server.last();

        server.overwrite(chunk, new DataChunkStatus(1L, null, "7/7", null, null, List.of(), right.conditions()));
        keeper.lookAt(chunk);

        assertThat(server.written).containsExactly(right, right);
    }

    @Test
    void mendsAStatusThatCameOutOfABackup() {
        DataChunkStatus old = new DataChunkStatus(1L, null, "0/1", null, null, List.of(), List.of());
        report("a", ChunkState.READY);
        keeper.lookAt(chunk);

        chunk.getMetadata().setResourceVersion("7");
        chunk.setStatus(old);
        clock.advance(WriteMemory.WATCH_LAG);
        keeper.lookAt(chunk);

        assertThat(server.written).hasSize(2);
    }

    @Test
    void aServerThatKeepsLessThanWasWrittenIsNotWrittenToForEver() {
        keeper.lookAt(chunk);
        server.deliverTo(chunk);
        chunk.setStatus(new DataChunkStatus(1L, null, null, null, null, List.of(), List.of()));

        assertThat(keeper.lookAt(chunk)).isEmpty();
        assertThat(server.written).hasSize(1);
    }

    @Test
    void triesAgainLessAndLessOftenWhileTheServerIsAwayAndThenWritesWhatIsTrueThen() {
        server.away = true;
        List<Long> waits = new ArrayList<>();
        for (int attempt = 0; attempt < 8; attempt++) {
            Duration wait = keeper.lookAt(chunk).orElseThrow();
            assertThat(keeper.lookAt(chunk)).as("an event in between").contains(wait);
            waits.add(wait.toSeconds());
            clock.advance(wait);
        }
        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);

        server.away = false;
        report("a", ChunkState.READY);
        assertThat(keeper.lookAt(chunk)).isEmpty();

        assertThat(server.written).extracting(DataChunkStatus::ready).containsExactly("1/1");
    }

    @Test
    void whatManyNodesHoldIsWrittenEveryFiveSecondsThoughTheyAllMove() {
        for (int node = 0; node < 100; node++) {
            node("n" + node);
        }
        keeper.lookAt(chunk);
        for (int node = 0; node < 100; node++) {
            clock.advance(Duration.ofMillis(500));
            report("n" + node, ChunkState.READY);
            assertThat(keeper.lookAt(chunk).orElse(Duration.ZERO)).isLessThanOrEqualTo(WriteRule.BETWEEN_WRITES);
        }
        clock.advance(WriteRule.BETWEEN_WRITES);
        keeper.lookAt(chunk);

        assertThat(server.written).hasSizeBetween(10, 12);
        assertThat(server.last().ready()).isEqualTo("100/101");
    }

    @Test
    void changesNothingOverANodeOfWhichItCannotSayYetWhetherItIsThere() {
        report("a", ChunkState.READY);
        keeper.lookAt(chunk);
        index.reportChanged("a", Freshness.UNDECIDED);
        assertThat(keeper.lookAt(chunk)).isEmpty();
        index.reportChanged("a", Freshness.FRESH);
        keeper.lookAt(chunk);
        assertThat(server.written).hasSize(1);

        index.reportChanged("a", Freshness.SILENT);
        keeper.lookAt(chunk);
        assertThat(server.last().ready()).isEqualTo("0/1");
    }

    @Test
    void aNewChunkIsNotKeptWaitingForTheVerdictOnANode() {
        index.reportChanged("a", Freshness.UNDECIDED);
        keeper.lookAt(chunk);

        assertThat(server.last().nodes()).isEqualTo(new NodeCounts(1, 0, 0, 1));
    }

    @Test
    void forgetsWhatIsGone() {
        keeper.lookAt(chunk);
        index.removeChunk(chunk);
        keeper.prune();

        assertThat(keeper.lookAt(chunk)).as("as one never seen").isEmpty();
        assertThat(server.written).hasSize(2);
    }

    @Test
    void tellsOfAFailureAndOfTheRecoveryOnce() {
        report("a", ChunkState.FAILED);
        keeper.lookAt(chunk);
        keeper.lookAt(chunk);
        report("a", ChunkState.READY);
        keeper.lookAt(chunk);

        assertThat(events).extracting(Event::getReason).containsExactly("NotFound", "Recovered");
    }

    private void node(String name) {
        index.nodeChanged(name, Map.of());
        index.reportChanged(name, Freshness.FRESH);
    }

    private void report(String node, ChunkState state) {
        NodeChunkSlice slice = Samples.slice(
                node, 0, Samples.entry("eth-0", state, state == ChunkState.FAILED ? "NotFound" : state.text(), 9));
        index.sliceChanged(null, slice);
    }
}
