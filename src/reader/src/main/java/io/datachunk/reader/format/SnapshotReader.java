package io.datachunk.reader.format;

import io.datachunk.reader.DatasetId;
import java.nio.ByteBuffer;

/**
 * Looks blocks up in the snapshots of one state file. Thread-safe.
 *
 * <p>A snapshot that the manager writes over meanwhile gives nonsense or an {@link IndexOutOfBoundsException}: whatever
 * comes of a search is to be believed only if {@link StateFile#isFresh} afterwards.
 */
public final class SnapshotReader {
    private final ByteBuffer buffer;
    private final int snapshots;
    private final int snapshotBytes;
    private final int hashMask;
    private final int datasets;
    private final int buckets;
    private final int segments;

    public SnapshotReader(StateFile state) {
        SnapshotLayout layout = state.layout();
        this.buffer = state.buffer();
        this.snapshots = state.snapshotOffset(0);
        this.snapshotBytes = layout.bytes();
        this.hashMask = layout.hashEntries() - 1;
        this.datasets = layout.datasets();
        this.buckets = layout.buckets();
        this.segments = layout.segments();
    }

    /** The number that a dataset has in a snapshot; negative if it has none. */
    public int numberOf(long version, DatasetId dataset) {
        int snapshot = snapshot(version);
        long first = dataset.first();
        int at = SnapshotLayout.hashOf(first, dataset.second(), dataset.third(), dataset.fourth());
        for (int probes = 0; probes <= hashMask; probes++) {
            int number =
                    (int) Mapping.INT.get(buffer, snapshot + (at + probes & hashMask) * SnapshotLayout.HASH_BYTES) - 1;
            if (number < 0) {
                return number;
            }
            int entry = snapshot + datasets + number * SnapshotLayout.DATASET_BYTES;
            if ((long) Mapping.LONG.get(buffer, entry) == first
                    && (long) Mapping.LONG.get(buffer, entry + 8) == dataset.second()
                    && (long) Mapping.LONG.get(buffer, entry + 16) == dataset.third()
                    && (long) Mapping.LONG.get(buffer, entry + 24) == dataset.fourth()) {
                return number;
            }
        }
        return -1;
    }

    /** Tells the dataset that has a number in a snapshot from one that had it before. */
    public long stampOf(long version, int number) {
        return (long) Mapping.LONG.get(buffer, entry(version, number) + SnapshotLayout.STAMP);
    }

    /** The chunk of a block, as {@link SlotWord#chunk} packs it; {@link SlotWord#NONE} if there is none. */
    public int chunkOf(long version, int number, long block) {
        int entry = entry(version, number);
        long relative = block - (long) Mapping.LONG.get(buffer, entry + SnapshotLayout.BASE);
        long bucket = relative >>> (int) Mapping.INT.get(buffer, entry + SnapshotLayout.SHIFT);
        if (Long.compareUnsigned(bucket, (int) Mapping.INT.get(buffer, entry + SnapshotLayout.BUCKETS)) >= 0) {
            return SlotWord.NONE;
        }
        int first = (int) Mapping.INT.get(buffer, entry + SnapshotLayout.FIRST_BUCKET);
        int at = snapshot(version) + buckets + (first + (int) bucket) * SnapshotLayout.ENTRY_BYTES;
        long boundary = (long) Mapping.LONG.get(buffer, at);
        long sides = (long) Mapping.LONG.get(buffer, at + 8);
        int chunk = (int) (sides >>> (Long.compareUnsigned(relative, boundary) < 0 ? 0 : 32));
        return chunk == SlotWord.SEARCH ? search(version, entry, relative, boundary) : chunk;
    }

    /** The last of some segments that begins at or before a block: the first of them does. */
    private int search(long version, int entry, long relative, long firstAndCount) {
        if (firstAndCount < 0 || (int) firstAndCount < 0) {
            throw new IndexOutOfBoundsException("torn"); // and the loop below might not end
        }
        int origin = snapshot(version)
                + segments
                + (int) Mapping.INT.get(buffer, entry + SnapshotLayout.FIRST_SEGMENT) * SnapshotLayout.ENTRY_BYTES;
        int low = (int) firstAndCount;
        int high = low + (int) (firstAndCount >>> 32) - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            long start = (long) Mapping.LONG.get(buffer, origin + middle * SnapshotLayout.ENTRY_BYTES);
            if (Long.compareUnsigned(start, relative) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return (int) Mapping.INT.get(buffer, origin + low * SnapshotLayout.ENTRY_BYTES + 8);
    }

    private int entry(long version, int number) {
        return snapshot(version) + datasets + number * SnapshotLayout.DATASET_BYTES;
    }

    private int snapshot(long version) {
        return snapshots + ((int) version & StateFile.SNAPSHOTS - 1) * snapshotBytes;
    }
}
