package io.datachunk.manager.state;

import io.datachunk.manager.state.Flattening.Chunk;
import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.SlotWord;
import io.datachunk.reader.format.SnapshotLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One dataset as the snapshots have it: its chunks in order, and the bytes of its buckets and segments, made again when
 * they have changed. Owned by whoever owns the {@link SnapshotWriter}.
 */
final class DatasetSnapshot {
    private static final Comparator<Chunk> BY_START = (one, other) ->
            Long.compareUnsigned(one.range().start(), other.range().start());

    private final DatasetId dataset;
    private final int number;

    /** Sorted by start, unsigned. */
    private final List<Chunk> chunks = new ArrayList<>();

    private final List<Chunk> added = new ArrayList<>();
    private final Set<Integer> removed = new HashSet<>();

    private ByteBuffer buckets = bytes(0);
    private ByteBuffer segments = bytes(0);
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
        chunks.sort(BY_START); // sorted but for the end, which the library's sort makes use of
        revision = newRevision;
        if (!chunks.isEmpty()) {
            encode(Flattening.of(chunks));
        }
    }

    boolean isEmpty() {
        return chunks.isEmpty();
    }

    private void encode(Flattening flat) {
        int count = flat.count();
        base = flat.start(0);
        segments = cleared(segments, count);
        for (int i = 0; i < count; i++) {
            segments.putLong(flat.start(i) - base).putInt(flat.chunk(i)).putInt(0);
        }
        long span = flat.start(count - 1) - base;
        long most = (long) chunks.size() * SnapshotLayout.BUCKETS_PER_CHUNK;
        shift = Math.max(0, Long.numberOfLeadingZeros(most) - Long.numberOfLeadingZeros(span));
        while (Long.compareUnsigned(span >>> shift, most) >= 0) {
            shift++;
        }
        encodeBuckets(flat, (int) (span >>> shift) + 1);
    }

    private void encodeBuckets(Flattening flat, int size) {
        buckets = cleared(buckets, size);
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
                case 1 -> buckets.putLong(0).putInt(flat.chunk(at)).putInt(flat.chunk(at));
                case 2 ->
                    buckets.putLong(flat.start(at + 1) - base)
                            .putInt(flat.chunk(at))
                            .putInt(flat.chunk(at + 1));
                default ->
                    buckets.putLong((long) (next - at) << 32 | at)
                            .putInt(SlotWord.SEARCH)
                            .putInt(SlotWord.SEARCH);
            }
            at = next - 1;
        }
    }

    private static ByteBuffer cleared(ByteBuffer buffer, int entries) {
        int bytes = entries * SnapshotLayout.ENTRY_BYTES;
        ByteBuffer room = buffer.capacity() >= bytes ? buffer : bytes(bytes + bytes / 4);
        return room.clear().limit(bytes);
    }

    private static ByteBuffer bytes(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    int bucketCount() {
        return buckets.limit() / SnapshotLayout.ENTRY_BYTES;
    }

    int segmentCount() {
        return segments.limit() / SnapshotLayout.ENTRY_BYTES;
    }

    /** Whether the bytes fit where they are. */
    boolean fits() {
        return bucketCount() <= bucketRoom && segmentCount() <= segmentRoom;
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
    void writeTo(ByteBuffer file, int snapshot, SnapshotLayout layout) {
        int entry = snapshot + layout.datasets() + number * SnapshotLayout.DATASET_BYTES;
        file.putLong(entry, dataset.first());
        file.putLong(entry + 8, dataset.second());
        file.putLong(entry + 16, dataset.third());
        file.putLong(entry + 24, dataset.fourth());
        file.putLong(entry + SnapshotLayout.BASE, base);
        file.putInt(entry + SnapshotLayout.SHIFT, shift);
        file.putInt(entry + SnapshotLayout.BUCKETS, bucketCount());
        file.putInt(entry + SnapshotLayout.FIRST_BUCKET, firstBucket);
        file.putInt(entry + SnapshotLayout.FIRST_SEGMENT, firstSegment);
        int bucketsAt = snapshot + layout.buckets() + firstBucket * SnapshotLayout.ENTRY_BYTES;
        file.put(bucketsAt, buckets, 0, buckets.limit());
        int segmentsAt = snapshot + layout.segments() + firstSegment * SnapshotLayout.ENTRY_BYTES;
        file.put(segmentsAt, segments, 0, segments.limit());
    }
}
