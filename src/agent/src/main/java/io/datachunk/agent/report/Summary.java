package io.datachunk.agent.report;

import io.datachunk.agent.ChunkRow;
import io.datachunk.api.ForPeople;
import io.datachunk.api.NodeChunksStatus.ChunkSummary;
import io.datachunk.api.NodeChunksStatus.Tally;
import io.datachunk.manager.Reason;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sums over the rows of a node. Immutable.
 *
 * @param volumeBytes of all chunks, wanted or not
 * @param held chunks whose deletion is held
 * @param withoutSpace wanted chunks that wait for space
 */
record Summary(
        Tally chunks,
        Tally bytes,
        long bytesLeft,
        boolean allSizesKnown,
        long volumeBytes,
        int held,
        int withoutSpace) {

    /** Sums up. Several objects of one id are one chunk; an object that is not followed is one that failed. */
    static Summary of(List<ChunkRow> rows) {
        Sums sums = new Sums();
        Set<String> ids = HashSet.newHashSet(rows.size());
        for (ChunkRow row : rows) {
            boolean rejected = row.reason() == Reason.CONFLICT || row.reason() == Reason.INVALID_SPEC;
            if (rejected || row.id().isEmpty() || ids.add(row.id().get())) {
                sums.add(row);
            }
        }
        return sums.result();
    }

    /** At a rate. */
    ChunkSummary at(long bytesPerSecond) {
        @Nullable
        Long seconds = bytesLeft > 0 && bytesPerSecond > 0 && allSizesKnown
                ? (bytesLeft + bytesPerSecond - 1) / bytesPerSecond
                : null;
        return new ChunkSummary(
                chunks,
                bytes,
                bytesPerSecond,
                seconds,
                chunks.ready() + "/" + chunks.desired(),
                ForPeople.rate(bytesPerSecond),
                seconds == null ? null : ForPeople.duration(Duration.ofSeconds(seconds)));
    }

    /** What has been summed up so far: by group ready, downloading, waiting, failed, deleting. */
    private static final class Sums {
        private final long[] chunks = new long[5];
        private final long[] bytes = new long[5];
        private long bytesDesired;
        private long bytesLeft;
        private long volumeBytes;
        private boolean allSizesKnown = true;
        private int held;
        private int withoutSpace;

        void add(ChunkRow row) {
            int group = group(row);
            chunks[group]++;
            bytes[group] += row.bytesDone();
            volumeBytes += row.bytesDone();
            held += row.reason() == Reason.DELETES_HELD ? 1 : 0;
            if (group == 4) {
                return;
            }
            long total = Math.max(row.bytesDone(), row.bytesTotal().orElse(0));
            bytesDesired += total;
            if (group == 1 || group == 2) {
                bytesLeft += total - row.bytesDone();
                allSizesKnown &= row.bytesTotal().isPresent();
                withoutSpace += row.reason() == Reason.INSUFFICIENT_SPACE ? 1 : 0;
            }
        }

        private static int group(ChunkRow row) {
            return switch (row.state()) {
                case READY -> row.reason() == Reason.DELETES_HELD ? 4 : 0;
                case DOWNLOADING -> 1;
                case QUEUED -> 2;
                case FAILED -> 3;
                case RETIRING, DELETING -> 4;
            };
        }

        Summary result() {
            long desired = chunks[0] + chunks[1] + chunks[2] + chunks[3];
            return new Summary(
                    new Tally(desired, chunks[0], chunks[1], chunks[2], chunks[3], chunks[4]),
                    new Tally(bytesDesired, bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]),
                    bytesLeft,
                    allSizesKnown,
                    volumeBytes,
                    held,
                    withoutSpace);
        }
    }
}
