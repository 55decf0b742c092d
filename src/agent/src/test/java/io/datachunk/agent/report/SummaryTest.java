package io.datachunk.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.NodeChunksStatus.Tally;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SummaryTest {

    @Test
    void sumsUpByGroup() {
        Summary summary = Summary.of(List.of(
                Reported.ready(1),
                Reported.row(2, State.DOWNLOADING, Reason.DOWNLOADING, 4, 20),
                Reported.row(3, State.QUEUED, Reason.INSUFFICIENT_SPACE, 0, 30),
                Reported.row(4, State.FAILED, Reason.NOT_FOUND, 1, 40),
                Reported.row(5, State.RETIRING, Reason.WAITING_FOR_REFERENCES, 50, 50),
                Reported.row(6, State.READY, Reason.DELETES_HELD, 60, 60)));

        assertThat(summary.chunks()).isEqualTo(new Tally(4, 1, 1, 1, 1, 2));
        assertThat(summary.bytes()).isEqualTo(new Tally(100, 10, 4, 0, 1, 110));
        assertThat(summary.bytesLeft()).isEqualTo(46);
        assertThat(summary.volumeBytes()).isEqualTo(125);
        assertThat(summary.held()).isEqualTo(1);
        assertThat(summary.withoutSpace()).isEqualTo(1);
    }

    @Test
    void severalObjectsOfOneIdAreOneChunk() {
        assertThat(Summary.of(List.of(Reported.ready(1), Reported.ready(1)))
                        .chunks()
                        .ready())
                .isEqualTo(1);
    }

    @Test
    void anObjectThatIsNotFollowedFailed() {
        Summary summary = Summary.of(List.of(
                Reported.ready(1),
                Reported.row(1, State.FAILED, Reason.CONFLICT, "", 0, OptionalLong.empty(), List.of())));

        assertThat(summary.chunks()).isEqualTo(new Tally(2, 1, 0, 0, 1, 0));
    }

    @Test
    void estimatesOnlyWhatCanBeKnown() {
        Summary known = Summary.of(List.of(Reported.row(2, State.DOWNLOADING, Reason.DOWNLOADING, 0, 700)));
        Summary unknown = Summary.of(List.of(
                Reported.row(2, State.DOWNLOADING, Reason.DOWNLOADING, "", 0, OptionalLong.empty(), List.of())));

        assertThat(known.at(10).secondsToReady()).isEqualTo(70);
        assertThat(known.at(10).eta()).isEqualTo("1m10s");
        assertThat(known.at(0).eta()).isNull();
        assertThat(unknown.at(10).eta()).isNull();
    }
}
