package io.datachunk.operator.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private static final Instant WALL = Instant.parse("2026-01-01T12:00:00Z");
    private final Heartbeats heartbeats = new Heartbeats();

    @Test
    void aNodeIsUnknownNinetySecondsAfterItsLastHeartbeat() {
        assertThat(heartbeats.seen("a", "2026-01-01T12:00:00Z", 0, WALL)).isTrue();
        assertThat(heartbeats.fresh(seconds(90))).containsEntry("a", true);
        assertThat(heartbeats.fresh(seconds(91))).containsEntry("a", false);
        assertThat(heartbeats.seen("a", "2026-01-01T12:01:40Z", seconds(100), WALL))
                .isTrue();
    }

    @Test
    void sayingTheSameAgainIsNoSignOfLife() {
        heartbeats.seen("a", "2026-01-01T12:00:00Z", 0, WALL);

        assertThat(heartbeats.seen("a", "2026-01-01T12:00:00Z", seconds(91), WALL))
                .isFalse();
    }

    @Test
    void aNodeThatWasGoneBeforeWeStartedIsUnknownAtOnce() {
        assertThat(heartbeats.seen("a", "2026-01-01T11:58:29Z", 0, WALL)).isFalse();
        assertThat(heartbeats.seen("b", "1970-01-01T00:00:00Z", 0, WALL)).isFalse();
    }

    @Test
    void aNodeWhoseClockIsWrongIsHeardOfAllTheSame() {
        heartbeats.seen("behind", "2026-01-01T09:00:00Z", 0, WALL);

        assertThat(heartbeats.seen("behind", "2026-01-01T09:00:30Z", seconds(30), WALL))
                .isTrue();
        assertThat(heartbeats.seen("ahead", "2026-01-01T20:00:00Z", 0, WALL)).isTrue();
        assertThat(heartbeats.fresh(seconds(91))).containsEntry("ahead", false);
    }

    @Test
    void timeInWhichNothingCouldBeSeenDoesNotCount() {
        heartbeats.seen("a", "2026-01-01T12:00:00Z", 0, WALL);
        heartbeats.blindFor(Duration.ofSeconds(60));

        assertThat(heartbeats.fresh(seconds(120))).containsEntry("a", true);
        assertThat(heartbeats.fresh(seconds(151))).containsEntry("a", false);
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
