package io.datachunk.operator.chunk;

import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkStatus;
import io.datachunk.api.NodeCounts;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of an object's stored status that the object itself need not say.
 *
 * @param version of the object after our last write; null if there was none
 * @param differsSince when the present status first was another than the stored one; null while it is the same
 * @param notBefore when the next write may be tried; null for at any time
 * @param failures in a row
 */
record WriteMemory(
        @Nullable String version,
        @Nullable DataChunkStatus written,
        @Nullable Instant writtenAt,
        @Nullable Instant differsSince,
        @Nullable Instant notBefore,
        int failures) {
    static final WriteMemory NONE = new WriteMemory(null, null, null, null, null, 0);

    /** A watch does not lag longer: an object that still is older comes from a restored backup. */
    static final Duration WATCH_LAG = Duration.ofMinutes(1);

    private static final int MAX_BACK_OFF_SECONDS = 60;
    private static final int MAX_DOUBLINGS = 6;

    /**
     * The status that is stored: of the object as the watch shows it, or what we wrote where the watch lags behind our own write. Versions are numbers that
     * grow. At our own version it is what we wrote even if the server keeps less of it: else one dropped field would make an endless loop of writes.
     */
    @Nullable
    DataChunkStatus stored(DataChunk chunk, Instant now) {
        if (version == null || writtenAt == null) {
            return chunk.getStatus();
        }
        int order = Long.compare(Long.parseLong(chunk.getMetadata().getResourceVersion()), Long.parseLong(version));
        boolean lags = order < 0 && writtenAt.plus(WATCH_LAG).isAfter(now);
        return order == 0 || lags ? written : chunk.getStatus();
    }

    WriteMemory differing(Instant since) {
        return new WriteMemory(version, written, writtenAt, since, notBefore, failures);
    }

    WriteMemory agreeing() {
        return new WriteMemory(version, written, writtenAt, null, notBefore, 0);
    }

    /** One that many nodes hold changes with each of them: until its next write is due, it need not even be looked at. */
    WriteMemory wrote(String newVersion, DataChunkStatus status, Instant now) {
        NodeCounts nodes = status.nodes();
        Instant next = nodes != null && nodes.desired() > 1 ? now.plus(WriteRule.BETWEEN_WRITES) : null;
        return new WriteMemory(newVersion, status, now, null, next, 0);
    }

    /** The write was tried and failed. */
    WriteMemory failed(Instant now) {
        return new WriteMemory(version, written, writtenAt, differsSince, now.plus(backOff()), failures + 1);
    }

    /** After the failures so far. */
    Duration backOff() {
        return Duration.ofSeconds(Math.min(MAX_BACK_OFF_SECONDS, 1L << Math.min(failures, MAX_DOUBLINGS)));
    }
}
