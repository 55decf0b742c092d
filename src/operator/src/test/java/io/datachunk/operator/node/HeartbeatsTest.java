package io.datachunk.operator.node;

import static io.datachunk.operator.node.Freshness.FRESH;
import static io.datachunk.operator.node.Freshness.SILENT;
import static io.datachunk.operator.node.Freshness.UNDECIDED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private static final Instant WALL = Instant.parse("2026-01-01T12:00:00Z");
    private final Heartbeats heartbeats = new Heartbeats();

    @Test
    void aNodeIsUnknownNinetySecondsAfterItsLastHeartbeat() {
        assertThat(heartbeats.seen("a", "2026-01-01T12:00:00Z", 0, WALL)).isEqualTo(FRESH);
        assertThat(heartbeats.freshness(seconds(90))).containsEntry("a", FRESH);
        assertThat(heartbeats.freshness(seconds(91))).containsEntry("a", SILENT);
        assertThat(heartbeats.seen("a", "2026-01-01T12:01:40Z", seconds(100), WALL))
                .isEqualTo(FRESH);
    }

    @Test
    void sayingTheSameAgainIsNoSignOfLife() {
        heartbeats.seen("a", "2026-01-01T12:00:00Z", 0, WALL);

        assertThat(heartbeats.seen("a", "2026-01-01T12:00:00Z", seconds(91), WALL))
                .isEqualTo(SILENT);
    }

    @Test
    void aNodeWhoseHeartbeatIsOldWhenWeStartIsJudgedOnceItHadTimeToBeat() {
        assertThat(heartbeats.seen("gone", "1970-01-01T00:00:00Z", 0, WALL)).isEqualTo(UNDECIDED);
        assertThat(heartbeats.seen("alive", "2026-01-01T11:58:29Z", 0, WALL)).isEqualTo(UNDECIDED);
        assertThat(heartbeats.seen("alive", "2026-01-01T12:00:29Z", seconds(30), WALL))
                .isEqualTo(FRESH);

        assertThat(heartbeats.freshness(seconds(60))).containsEntry("gone", UNDECIDED);
        assertThat(heartbeats.freshness(seconds(61)))
                .containsEntry("gone", SILENT)
                .containsEntry("alive", FRESH);
    }

    @Test
    void aNodeWhoseClockIsWrongIsHeardOfAllTheSame() {
        heartbeats.seen("behind", "2026-01-01T09:00:00Z", 0, WALL);

        assertThat(heartbeats.seen("behind", "2026-01-01T09:00:30Z", seconds(30), WALL))
                .isEqualTo(FRESH);
        assertThat(heartbeats.seen("ahead", "2026-01-01T20:00:00Z", 0, WALL)).isEqualTo(FRESH);
        assertThat(heartbeats.freshness(seconds(91))).containsEntry("ahead", SILENT);
    }

    @Test
    void timeInWhichNothingCouldBeSeenDoesNotCount() {
        heartbeats.seen("a", "2026-01-01T12:00:00Z", 0, WALL);
        heartbeats.blindFor(Duration.ofSeconds(60));

        assertThat(heartbeats.freshness(seconds(120))).containsEntry("a", FRESH);
        assertThat(heartbeats.freshness(seconds(151))).containsEntry("a", SILENT);
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
