package io.datachunk.reader.format;

import io.datachunk.reader.DatasetId;
import java.nio.MappedByteBuffer;

/**
 * Looks datasets and blocks up in the snapshots of one state file. Thread-safe.
 *
 * <p>A snapshot that the manager writes over meanwhile gives nonsense or an {@link IndexOutOfBoundsException}: whatever
 * comes of a search is to be believed only if {@link StateFile#isFresh} afterwards.
 */
public final class SnapshotReader {
    private final MappedByteBuffer buffer;
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

    /** Where a dataset is in the snapshot of a version. */
    public DatasetPlace placeOf(long version, DatasetId dataset) {
        int snapshot = snapshots + ((int) version & StateFile.SNAPSHOTS - 1) * snapshotBytes;
        int at = SnapshotLayout.hashOf(dataset.first(), dataset.second(), dataset.third(), dataset.fourth());
        for (int probes = 0; probes <= hashMask; probes++) {
            int number = buffer.getInt(snapshot + (at + probes & hashMask) * SnapshotLayout.HASH_BYTES) - 1;
            if (number < 0) {
                break;
            }
            int entry = snapshot + datasets + number * SnapshotLayout.DATASET_BYTES;
            if (buffer.getLong(entry) == dataset.first()
                    && buffer.getLong(entry + 8) == dataset.second()
                    && buffer.getLong(entry + 16) == dataset.third()
                    && buffer.getLong(entry + 24) == dataset.fourth()) {
                return placeAt(version, snapshot, entry);
            }
        }
        return DatasetPlace.none(version);
    }

    private DatasetPlace placeAt(long version, int snapshot, int entry) {
        int firstBucket = buffer.getInt(entry + SnapshotLayout.FIRST_BUCKET);
        int firstSegment = buffer.getInt(entry + SnapshotLayout.FIRST_SEGMENT);
        return new DatasetPlace(
                version,
                buffer.getLong(entry + SnapshotLayout.BASE),
                buffer.getInt(entry + SnapshotLayout.SHIFT),
                buffer.getInt(entry + SnapshotLayout.BUCKETS),
                snapshot + buckets + firstBucket * SnapshotLayout.ENTRY_BYTES,
                snapshot + segments + firstSegment * SnapshotLayout.ENTRY_BYTES);
    }

    /** The chunk of a block, as {@link SlotWord#chunk} packs it; {@link SlotWord#NONE} if there is none. */
    public static int chunkOf(MappedByteBuffer state, DatasetPlace place, long block) {
        long relative = block - place.base();
        long bucket = relative >>> place.shift();
        if (Long.compareUnsigned(bucket, place.buckets()) >= 0) {
            return SlotWord.NONE;
        }
        int at = place.firstBucket() + (int) bucket * SnapshotLayout.ENTRY_BYTES;
        long boundary = state.getLong(at);
        long sides = state.getLong(at + 8);
        int chunk = (int) (sides >>> 32 * (1 - isLess(relative, boundary)));
        return chunk == SlotWord.SEARCH ? search(state, place, relative, boundary) : chunk;
    }

    /**
     * One if a number is less than another, unsigned, else zero. Without a branch: which side of a boundary a block is on
     * cannot be predicted, and a misprediction costs more than all the rest of a search.
     */
    private static int isLess(long one, long other) {
        return (int) ((~one & other | (~one | other) & one - other) >>> 63);
    }

    /** The last of some segments that begins at or before a block: the first of them does. */
    private static int search(MappedByteBuffer state, DatasetPlace place, long relative, long firstAndCount) {
        if (firstAndCount < 0 || (int) firstAndCount < 0) {
            throw new IndexOutOfBoundsException("torn"); // and the loop below might not end
        }
        int low = (int) firstAndCount;
        int high = low + (int) (firstAndCount >>> 32) - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            long start = state.getLong(place.firstSegment() + middle * SnapshotLayout.ENTRY_BYTES);
            if (Long.compareUnsigned(start, relative) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return state.getInt(place.firstSegment() + low * SnapshotLayout.ENTRY_BYTES + 8);
    }
}
