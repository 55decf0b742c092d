package io.datachunk.agent.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datachunk.agent.ChunkRow;
import io.datachunk.agent.source.NodeIdentity;
import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkState;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SliceReportTest {
    private final FakeTarget target = new FakeTarget();
    private final SliceReport report = new SliceReport(target, "node-a");

    private boolean write(List<ChunkRow> rows) {
        return report.write(Entries.of(rows), Reported.NODE, false);
    }

    @Test
    void writesNothingThatIsThereAlready() {
        write(Reported.ready(0, 3));
        target.calls.clear();

        assertThat(write(Reported.ready(0, 3))).isFalse();

        assertThat(target.calls).isEmpty();
    }

    @Test
    void writesTheOneSliceThatChanged() {
        write(Reported.ready(0, 900));
        target.calls.clear();
        List<ChunkRow> rows = new ArrayList<>(Reported.ready(0, 900));
        rows.set(5, Reported.row(5, State.FAILED, Reason.NOT_FOUND, 0, 10));

        write(rows);

        assertThat(target.calls).hasSize(1);
        assertThat(target.entries())
                .filteredOn(entry -> entry.state() == ChunkState.FAILED)
                .hasSize(1);
    }

    @Test
    void bytesOnTheirWayAloneWaitForTheHeartbeat() {
        write(List.of(Reported.row(1, State.DOWNLOADING, Reason.DOWNLOADING, 1, 10)));
        List<ChunkRow> further = List.of(Reported.row(1, State.DOWNLOADING, Reason.DOWNLOADING, 7, 10));

        assertThat(write(further)).isFalse();
        assertThat(report.write(Entries.of(further), Reported.NODE, true)).isTrue();

        assertThat(target.entries()).extracting(ChunkEntry::bytesDone).containsExactly(7L);
    }

    @Test
    void replacesAndDeletesWhatAnEarlierProcessLeft() {
        target.versions.put("node-a.0", target.next());
        target.versions.put("node-a.7", target.next());

        write(Reported.ready(0, 2));

        assertThat(target.versions).containsOnlyKeys("node-a.0");
        assertThat(target.entries()).hasSize(2);
    }

    @Test
    void noEntryIsMissingFromAllSlicesWhileTheirNumberChanges() {
        write(Reported.ready(0, 480));
        target.calls.clear();

        write(Reported.ready(0, 700));
        assertThat(target.calls).containsExactly("put node-a.1", "put node-a.0");
        target.calls.clear();

        write(Reported.ready(0, 100));
        assertThat(target.calls).containsExactly("put node-a.0", "delete node-a.1");
    }

    @Test
    void makesAgainWhatSomebodyDeleted() {
        write(Reported.ready(0, 2));
        target.deleteSlice("node-a.0");

        report.forget();
        write(Reported.ready(0, 2));

        assertThat(target.entries()).hasSize(2);
    }

    @Test
    void whatWasNotTakenIsWrittenWithTheNextTry() {
        target.away = true;
        assertThatThrownBy(() -> write(Reported.ready(0, 2))).isInstanceOf(KubernetesClientException.class);
        target.away = false;

        write(Reported.ready(0, 3));

        assertThat(target.entries()).hasSize(3);
    }

    @Test
    void belongsToTheNodeThatWasMadeAnew() {
        write(Reported.ready(0, 2));

        report.write(Entries.of(Reported.ready(0, 2)), new NodeIdentity("another-uid", Map.of()), false);

        assertThat(Objects.requireNonNull(target.slices.get("node-a.0"))
                        .getMetadata()
                        .getOwnerReferences())
                .extracting(owner -> owner.getUid())
                .containsExactly("another-uid");
    }

    @Test
    void nothingIsLeftWhenNothingIsHere() {
        write(Reported.ready(0, 600));

        write(List.of());

        assertThat(target.versions).isEmpty();
    }
}
