package io.datachunk.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** Near the end of what the monotonic clock counts, where a comparison that is no subtraction fails. */
    private static final long START = Long.MAX_VALUE - 5 * SECOND;

    private final Pace pace = new Pace(START, () -> 1.0);

    @Test
    void beginsWithAHeartbeat() {
        assertThat(pace.untilNext(START)).isZero();
        assertThat(pace.isBeatDue(START)).isTrue();
    }

    @Test
    void theFirstChangeAfterQuietIsDueAtOnceAndTheNextTwoSecondsLater() {
        pace.said(START, true, true);
        long quiet = START + 10 * SECOND;

        pace.changed(quiet);
        assertThat(pace.untilNext(quiet)).isEqualTo(Pace.BATCH.toNanos());

        pace.said(quiet, false, true);
        pace.changed(quiet + SECOND);
        assertThat(pace.untilNext(quiet + SECOND)).isEqualTo(SECOND);
    }

    @Test
    void changesDoNotPutOffEachOther() {
        pace.said(START, true, true);
        long quiet = START + 10 * SECOND;

        pace.changed(quiet);
        pace.changed(quiet + Pace.BATCH.toNanos() - 1);

        assertThat(pace.untilNext(quiet + Pace.BATCH.toNanos())).isZero();
    }

    @Test
    void theHeartbeatComesWithoutAChange() {
        pace.said(START, true, true);

        assertThat(pace.untilNext(START)).isEqualTo(Pace.HEARTBEAT.toNanos());
        assertThat(pace.isBeatDue(START + Pace.HEARTBEAT.toNanos())).isTrue();
    }

    @Test
    void changesDoNotPutOffTheHeartbeat() {
        pace.said(START, true, true);
        for (int second = 3; second < 30; second += 3) {
            pace.changed(START + second * SECOND);
            pace.said(START + second * SECOND, false, true);
        }

        assertThat(pace.isBeatDue(START + Pace.HEARTBEAT.toNanos())).isTrue();
    }

    @Test
    void waitsLongerAfterEachFailureUpToABound() {
        pace.failed(START);
        assertThat(pace.untilNext(START)).isEqualTo(SECOND);
        pace.failed(START);
        assertThat(pace.untilNext(START)).isEqualTo(2 * SECOND);
        for (int failure = 0; failure < 100; failure++) {
            pace.failed(START);
        }

        assertThat(pace.untilNext(START)).isEqualTo(Pace.LONGEST_BACKOFF.toNanos());
        pace.said(START, true, true);
        pace.failed(START);
        assertThat(pace.untilNext(START)).isEqualTo(SECOND);
    }
}
