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
    /** Of no snapshot. */
    public static final DatasetPlace NOWHERE = none(-1);

    static DatasetPlace none(long version) {
        return new DatasetPlace(version, 0, 0, 0, 0, 0);
    }
}
