package io.datachunk.reader.format;

/**
 * Where the parts of one snapshot are, as offsets from its beginning, and how they are read.
 *
 * <pre>
 *   64 bytes    hash mask i32
 *   hash        i32[at most 2 × capacity, a power of two]: number of a dataset + 1, 0: empty; linear probing
 *   datasets    64 bytes each: key 32 · base i64 · shift i32 · buckets i32 · first bucket i32 · first segment i32
 *               · segments i32 · padding
 *   buckets     16 bytes each: boundary i64 · below i32 · at or above i32
 *   segments    16 bytes each: start i64 · chunk i32 · padding
 * </pre>
 *
 * <p>Blocks are relative to the dataset's base, its lowest block: a block below it wraps around to one above the end.
 * Bucket {@code (block − base) >>> shift} holds at most one boundary between segments and the chunks on both sides of it.
 * Where there are more, {@code below} is {@link SlotWord#SEARCH}, {@code at or above} the first segment to look at and
 * {@code boundary} how many more there are. The last segment begins where the last chunk ends, and has no chunk. A
 * dataset keeps its number as long as it has chunks.
 */
public record SnapshotLayout(int capacity) {
    private static final int HEAD_BYTES = 64;
    public static final int DATASET_BYTES = 64;
    public static final int ENTRY_BYTES = 16;

    /** A chunk adds at most two boundaries. */
    private static final int SEGMENTS_PER_SLOT = 2;

    /** Twice to four times as many buckets as segments: so most have at most one boundary. */
    private static final int BUCKETS_PER_SLOT = 8;

    public static final int BASE = 32;
    public static final int SHIFT = BASE + 8;
    public static final int BUCKETS = SHIFT + 4;
    public static final int FIRST_BUCKET = BUCKETS + 4;
    public static final int FIRST_SEGMENT = FIRST_BUCKET + 4;
    public static final int SEGMENTS = FIRST_SEGMENT + 4;

    public int hash() {
        return HEAD_BYTES;
    }

    public int hashEntries() {
        return 2 * Integer.highestOneBit(Math.max(1, capacity));
    }

    public int datasets() {
        return hash() + hashEntries() * Integer.BYTES;
    }

    public int buckets() {
        return datasets() + capacity * DATASET_BYTES;
    }

    public int maxBuckets() {
        return capacity * BUCKETS_PER_SLOT;
    }

    public int segments() {
        return buckets() + maxBuckets() * ENTRY_BYTES;
    }

    public int bytes() {
        return segments() + capacity * SEGMENTS_PER_SLOT * ENTRY_BYTES;
    }

    /** Spreads the key of a dataset; its words are digests or small numbers, so all of them take part. */
    public static int hashOf(long first, long second, long third, long fourth) {
        long mixed = (first ^ Long.rotateLeft(second, 17) ^ Long.rotateLeft(third, 31) ^ Long.rotateLeft(fourth, 47))
                * 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> 32);
    }
}
