package io.datachunk.manager.state;

import io.datachunk.manager.state.Flattening.Chunk;
import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.SlotWord;
import io.datachunk.reader.format.SnapshotLayout;
import io.datachunk.reader.format.StateFile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One dataset as the snapshots have it: its chunks in order, and the bytes of its buckets and segments, made again when
 * they have changed. Owned by whoever owns the {@link SnapshotWriter}.
 */
final class DatasetSnapshot {
    private final DatasetId dataset;
    private final int number;

    /** Sorted by start, unsigned. */
    private final List<Chunk> chunks = new ArrayList<>();

    private final List<Chunk> added = new ArrayList<>();
    private final Set<Integer> removed = new HashSet<>();

    /** As they are in the file, two words each. */
    private long[] buckets = {};

    private int bucketCount;

    /** The same. */
    private long[] segments = {};

    private int segmentCount;
    private long base;
    private int shift;
    private int firstBucket;
    private int bucketRoom;
    private int firstSegment;
    private int segmentRoom;
    private long revision;

    DatasetSnapshot(DatasetId dataset, int number) {
        this.dataset = dataset;
        this.number = number;
    }

    DatasetId dataset() {
        return dataset;
    }

    int number() {
        return number;
    }

    /** Changes whenever the bytes or their places do. */
    long revision() {
        return revision;
    }

    void add(Chunk chunk) {
        added.add(chunk);
    }

    /** Of a chunk that is in a snapshot. */
    void remove(int name) {
        removed.add(name);
    }

    boolean isChanged() {
        return !added.isEmpty() || !removed.isEmpty();
    }

    /** Makes the bytes again. */
    void rebuild(long newRevision) {
        if (!removed.isEmpty()) {
            chunks.removeIf(chunk -> removed.contains(chunk.name()));
            removed.clear();
        }
        chunks.addAll(added);
        added.clear();
        Collections.sort(chunks); // sorted but for the end, which the library's sort makes use of
        revision = newRevision;
        if (!chunks.isEmpty()) {
            encode(Flattening.of(chunks));
        }
    }

    boolean isEmpty() {
        return chunks.isEmpty();
    }

    private void encode(Flattening flat) {
        segmentCount = flat.count();
        base = flat.start(0);
        segments = roomFor(segmentCount, segments);
        for (int i = 0; i < segmentCount; i++) {
            segments[2 * i] = flat.start(i) - base;
            segments[2 * i + 1] = pair(flat.chunk(i), 0);
        }
        long span = flat.start(segmentCount - 1) - base;
        long most = (long) chunks.size() * SnapshotLayout.BUCKETS_PER_CHUNK;
        shift = Math.max(0, Long.numberOfLeadingZeros(most) - Long.numberOfLeadingZeros(span));
        while (Long.compareUnsigned(span >>> shift, most) >= 0) {
            shift++;
        }
        encodeBuckets(flat, (int) (span >>> shift) + 1);
    }

    private void encodeBuckets(Flattening flat, int size) {
        bucketCount = size;
        buckets = roomFor(size, buckets);
        int at = 0;
        for (int bucket = 0; bucket < size; bucket++) {
            int next = at + 1;
            while (next < flat.count() && flat.start(next) - base >>> shift == bucket) {
                if (flat.start(next) - base == (long) bucket << shift) {
                    at = next; // begins with the bucket: no boundary within it
                }
                next++;
            }
            switch (next - at) {
                case 1 -> bucket(bucket, 0, flat.chunk(at), flat.chunk(at));
                case 2 -> bucket(bucket, flat.start(at + 1) - base, flat.chunk(at), flat.chunk(at + 1));
                default -> bucket(bucket, pair(at, next - at), SlotWord.SEARCH, SlotWord.SEARCH);
            }
            at = next - 1;
        }
    }

    private void bucket(int bucket, long boundary, int below, int above) {
        buckets[2 * bucket] = boundary;
        buckets[2 * bucket + 1] = pair(below, above);
    }

    /** Two numbers that are next to each other in the file. */
    private static long pair(int first, int second) {
        return (long) second << Integer.SIZE | Integer.toUnsignedLong(first);
    }

    private static long[] roomFor(int entries, long[] room) {
        int words = 2 * entries;
        return room.length >= words ? room : new long[words + words / 4];
    }

    int bucketCount() {
        return bucketCount;
    }

    int segmentCount() {
        return segmentCount;
    }

    /** Whether the bytes fit where they are. */
    boolean fits() {
        return bucketCount <= bucketRoom && segmentCount <= segmentRoom;
    }

    /** Gives them other places, the same in every snapshot from now on. */
    void place(int newFirstBucket, int newBucketRoom, int newFirstSegment, int newSegmentRoom, long newRevision) {
        firstBucket = newFirstBucket;
        bucketRoom = newBucketRoom;
        firstSegment = newFirstSegment;
        segmentRoom = newSegmentRoom;
        revision = newRevision;
    }

    /** Writes everything of this dataset but its entry in the hash. */
    void writeTo(StateFile state, int snapshot) {
        SnapshotLayout layout = state.layout();
        long[] entry = {
            dataset.first(),
            dataset.second(),
            dataset.third(),
            dataset.fourth(),
            base,
            pair(shift, bucketCount),
            pair(firstBucket, firstSegment)
        };
        state.putLongs(snapshot + layout.datasets() + number * SnapshotLayout.DATASET_BYTES, entry, entry.length);
        state.putLongs(
                snapshot + layout.buckets() + firstBucket * SnapshotLayout.ENTRY_BYTES, buckets, 2 * bucketCount);
        state.putLongs(
                snapshot + layout.segments() + firstSegment * SnapshotLayout.ENTRY_BYTES, segments, 2 * segmentCount);
    }
}
