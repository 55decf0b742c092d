package io.datachunk.reader.format;

/**
 * Where the parts of one snapshot are, as offsets from its beginning.
 *
 * <pre>
 *   hash        i32[2 × capacity]: number of a dataset + 1, 0: empty; linear probing
 *   datasets    64 bytes each: key 32 · base i64 · shift i32 · buckets i32 · first bucket i32 · first segment i32
 *               · padding
 *   buckets     16 bytes each: boundary i64 · below i32 · at or above i32
 *   segments    16 bytes each: start i64 · chunk i32 · padding
 * </pre>
 *
 * <p>Blocks are relative to the dataset's base, its lowest block: a block below it wraps around to one above the end.
 * Bucket {@code (block − base) >>> shift} holds at most one boundary between segments and the chunks on both sides of it.
 * Where there are more, both sides are {@link SlotWord#SEARCH} and {@code boundary} is {@code segments << 32 | first}: how
 * many of the dataset's segments to search by their starts, and from which on; that one begins at or before the bucket. The
 * last segment begins where the last chunk ends, and has no chunk. A dataset's buckets and segments are consecutive. *
 * @param capacity a power of two
 */
public record SnapshotLayout(int capacity) {
    public static final int HASH_BYTES = Integer.BYTES;
    public static final int DATASET_BYTES = 64;
    public static final int ENTRY_BYTES = 16;

    /** A chunk adds at most two boundaries: its own start, and the start of a gap behind it. */
    public static final int SEGMENTS_PER_CHUNK = 2;

    /** More buckets than segments, so that most have at most one boundary. */
    public static final int BUCKETS_PER_CHUNK = 4;

    public static final int BASE = 32;
    public static final int SHIFT = BASE + 8;
    public static final int BUCKETS = SHIFT + 4;
    public static final int FIRST_BUCKET = BUCKETS + 4;
    public static final int FIRST_SEGMENT = FIRST_BUCKET + 4;

    /** Entries of the hash: at most half of them are used, which ends every probe. */
    public int hashEntries() {
        return 2 * capacity;
    }

    public int datasets() {
        return hashEntries() * HASH_BYTES;
    }

    public int buckets() {
        return datasets() + capacity * DATASET_BYTES;
    }

    public int maxBuckets() {
        return capacity * BUCKETS_PER_CHUNK;
    }

    public int segments() {
        return buckets() + maxBuckets() * ENTRY_BYTES;
    }

    public int maxSegments() {
        return capacity * SEGMENTS_PER_CHUNK;
    }

    public int bytes() {
        return segments() + maxSegments() * ENTRY_BYTES;
    }

    /** Spreads the key of a dataset; its words are digests or small numbers, so all of them take part. */
    public static int hashOf(long first, long second, long third, long fourth) {
        long mixed = (first ^ Long.rotateLeft(second, 17) ^ Long.rotateLeft(third, 31) ^ Long.rotateLeft(fourth, 47))
                * 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> 32);
    }
}
