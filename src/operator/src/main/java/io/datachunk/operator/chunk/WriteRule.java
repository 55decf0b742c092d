package io.datachunk.operator.chunk;

import io.datachunk.api.ChunkReason;
import io.datachunk.api.DataChunkApi;
import io.datachunk.api.DataChunkStatus;
import io.datachunk.api.NodeCounts;
import io.datachunk.api.ResourceCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When a status that has changed is written. Each write goes to etcd and to every watcher, and a chunk passes through a dozen reasons on its way: what
 * says how it ends is written soon, what only says how far it is has to stand for a while. Pure.
 */
final class WriteRule {
    /** Between two writes of one chunk that many nodes hold. */
    static final Duration BETWEEN_WRITES = Duration.ofSeconds(5);

    /** Ordinary progress shows once it lasts: nearly all chunks are through with it sooner, and cost two writes in all. The node's slice says it at once. */
    static final Duration PROGRESS_STANDS = Duration.ofMinutes(5);

    /** Trouble shows soon, but not the trouble that the next attempt ends. */
    static final Duration TROUBLE_STANDS = Duration.ofSeconds(5);

    private static final Set<String> PROGRESS =
            Set.of(ChunkReason.QUEUED.text(), ChunkReason.DOWNLOADING.text(), ChunkReason.VERIFYING.text());

    private WriteRule() {}

    /**
     * How long to wait with the write; zero for at once, empty for no write at all.
     *
     * @param written as stored now
     * @param lastWrite of this process; null if there was none
     * @param differsSince when the present status first was another than the stored one
     */
    static Optional<Duration> delay(
            @Nullable DataChunkStatus written,
            DataChunkStatus next,
            @Nullable Instant lastWrite,
            Instant differsSince,
            Instant now) {
        if (next.equals(written)) {
            return Optional.empty();
        }
        Instant due = differsSince;
        if (written != null && saysTheSame(written, next)) {
            due = due.plus(PROGRESS.contains(reason(next)) ? PROGRESS_STANDS : TROUBLE_STANDS);
        }
        NodeCounts nodes = next.nodes();
        if (lastWrite != null && nodes != null && nodes.desired() > 1) {
            Instant allowed = lastWrite.plus(BETWEEN_WRITES);
            due = due.isAfter(allowed) ? due : allowed;
        }
        Duration wait = Duration.between(now, due);
        return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    }

    /** Whether they differ in nothing but how far the chunk is. */
    private static boolean saysTheSame(DataChunkStatus written, DataChunkStatus next) {
        return Objects.equals(written.observedGeneration(), next.observedGeneration())
                && Objects.equals(written.nodes(), next.nodes())
                && written.failures().equals(next.failures())
                && outcome(written).equals(outcome(next));
    }

    private static String outcome(DataChunkStatus status) {
        StringBuilder outcome = new StringBuilder();
        for (ResourceCondition condition : status.conditions()) {
            outcome.append(condition.type()).append(condition.status());
        }
        return outcome.toString();
    }

    private static String reason(DataChunkStatus status) {
        return ResourceCondition.find(status.conditions(), DataChunkApi.CONDITION_READY)
                .map(ResourceCondition::reason)
                .orElse("");
    }
}
