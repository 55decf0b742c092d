package io.datachunk.reader.format;

/**
 * Where a dataset is in one snapshot, as {@link SnapshotReader} found it. Good for as long as that snapshot is.
 *
 * @param version of the snapshot
 * @param buckets how many there are; none: the dataset has no chunks
 * @param firstBucket offset of the first, in the file
 * @param firstSegment offset of the first, in the file
 */
public record DatasetPlace(long version, long base, int shift, int buckets, int firstBucket, int firstSegment) {
    /** What came of a snapshot that is written over, or damaged: a search in it is out of bounds. */
    public static DatasetPlace torn(long version) {
        return new DatasetPlace(version, 0, Long.SIZE - 1, 2, Integer.MIN_VALUE, 0);
    }

    static DatasetPlace none(long version) {
        return new DatasetPlace(version, 0, 0, 0, 0, 0);
    }
}
