package io.datachunk.operator.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.DataChunkStatus;
import io.datachunk.api.NodeCounts;
import io.datachunk.api.ResourceCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteRuleTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final DataChunkStatus QUEUED = status(1, 0, "Queued");
    private static final DataChunkStatus NEW = new DataChunkStatus(-1L, null, null, null, null, List.of(), List.of());

    @Test
    void whatIsStoredIsNotWrittenAgain() {
        assertThat(WriteRule.delay(QUEUED, status(1, 0, "Queued"), null, NOW, NOW))
                .isEmpty();
    }

    @Test
    void theFirstStatusOfAnObjectIsWrittenAtOnce() {
        assertThat(WriteRule.delay(NEW, QUEUED, null, NOW, NOW)).contains(Duration.ZERO);
        assertThat(WriteRule.delay(null, QUEUED, null, NOW, NOW)).contains(Duration.ZERO);
    }

    @Test
    void progressIsWrittenOnlyOnceItLasts() {
        DataChunkStatus downloading = status(1, 0, "Downloading");

        assertThat(WriteRule.delay(QUEUED, downloading, NOW.minusSeconds(100), NOW, NOW))
                .contains(WriteRule.PROGRESS_STANDS);
        assertThat(WriteRule.delay(QUEUED, downloading, NOW.minusSeconds(100), NOW.minusSeconds(299), NOW))
                .contains(Duration.ofSeconds(1));
        assertThat(WriteRule.delay(QUEUED, downloading, NOW.minusSeconds(100), NOW.minusSeconds(300), NOW))
                .contains(Duration.ZERO);
    }

    @Test
    void troubleIsWrittenSooner() {
        assertThat(WriteRule.delay(QUEUED, status(1, 0, "SourceUnreachable"), null, NOW, NOW))
                .contains(WriteRule.TROUBLE_STANDS);
    }

    @Test
    void theOnlyNodeBeingReadyIsWrittenAtOnce() {
        assertThat(WriteRule.delay(QUEUED, status(1, 1, "Ready"), NOW, NOW, NOW))
                .contains(Duration.ZERO);
    }

    @Test
    void chunksOfManyNodesAreWrittenEveryFiveSeconds() {
        DataChunkStatus written = status(3, 1, "Queued");

        assertThat(WriteRule.delay(written, status(3, 2, "Queued"), NOW.minusSeconds(2), NOW, NOW))
                .contains(Duration.ofSeconds(3));
        assertThat(WriteRule.delay(written, status(3, 2, "Queued"), NOW.minusSeconds(9), NOW, NOW))
                .contains(Duration.ZERO);
        assertThat(WriteRule.delay(written, status(3, 2, "Queued"), null, NOW, NOW))
                .contains(Duration.ZERO);
    }

    @Test
    void aChunkThatGoesReadyOnOneNodeCostsTwoWrites() {
        int writes = 0;
        DataChunkStatus stored = NEW;
        Instant lastWrite = null;
        Instant differsSince = null;
        String[] reasons = {"Queued", "Downloading", "Verifying", "Ready"};
        for (int second = 0; second < 250; second++) {
            Instant now = NOW.plusSeconds(second);
            String reason = reasons[Math.min(second / 60, 3)];
            DataChunkStatus next = status(1, reason.equals("Ready") ? 1 : 0, reason);
            differsSince = next.equals(stored) ? null : differsSince == null ? now : differsSince;
            if (differsSince != null
                    && WriteRule.delay(stored, next, lastWrite, differsSince, now)
                            .filter(Duration::isZero)
                            .isPresent()) {
                writes++;
                stored = next;
                lastWrite = now;
                differsSince = null;
            }
        }

        assertThat(writes).isEqualTo(2);
        assertThat(stored).isEqualTo(status(1, 1, "Ready"));
    }

    private static DataChunkStatus status(int desired, int ready, String reason) {
        String holds = ready == desired ? ResourceCondition.TRUE : ResourceCondition.FALSE;
        return new DataChunkStatus(
                1L,
                new NodeCounts(desired, ready, 0, 0),
                ready + "/" + desired,
                null,
                null,
                List.of(),
                List.of(new ResourceCondition("Ready", holds, 1L, "2026-01-01T00:00:00Z", reason, "")));
    }
}
