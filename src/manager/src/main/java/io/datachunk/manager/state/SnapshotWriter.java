package io.datachunk.manager.state;

import io.datachunk.manager.state.Flattening.Chunk;
import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.SlotWord;
import io.datachunk.reader.format.SnapshotLayout;
import io.datachunk.reader.format.StateFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the snapshots of one epoch, each from what it knows and never from what a snapshot says. Owned by the
 * {@link PublishedIndex}.
 *
 * <p>Four snapshots take turns, so each is four versions behind when it is written. A dataset has the same number and the
 * same places in all of them, and a revision; of a snapshot only those datasets are written whose revision it has not. So
 * one change costs what its dataset and the last few that changed do, however many others there are.
 */
final class SnapshotWriter {
    private final StateFile state;
    private final SnapshotLayout layout;
    private final Map<DatasetId, DatasetSnapshot> datasets = new HashMap<>();
    private final BitSet numbers = new BitSet();
    private final int[] hash;

    /** What each snapshot has: revisions by number, and of the hash. */
    private final long[][] written;

    private final long[] writtenHash = new long[StateFile.SNAPSHOTS];
    private long revision;
    private long hashRevision;
    private int usedBuckets;
    private int usedSegments;

    SnapshotWriter(StateFile state) {
        this.state = state;
        this.layout = state.layout();
        this.hash = new int[layout.hashEntries()];
        this.written = new long[StateFile.SNAPSHOTS][state.capacity()];
    }

    /**
     * Puts a chunk into the next snapshot.
     *
     * @param name as {@link SlotWord#chunk} packs it
     */
    void add(ChunkDirectory chunk, int name) {
        DatasetSnapshot dataset = datasets.get(chunk.dataset());
        if (dataset == null) {
            dataset = dataset(chunk.dataset());
            datasets.put(chunk.dataset(), dataset);
        }
        dataset.add(new Chunk(chunk.range().start(), chunk.range().end(), name));
    }

    /** Leaves a chunk of that name out of the next snapshot. */
    void remove(ChunkDirectory chunk, int name) {
        DatasetSnapshot dataset = datasets.get(chunk.dataset());
        if (dataset != null) {
            dataset.remove(name);
        }
    }

    private DatasetSnapshot dataset(DatasetId id) {
        int number = numbers.nextClearBit(0);
        numbers.set(number);
        hashRevision = 0;
        return new DatasetSnapshot(id, number);
    }

    /** Writes the next snapshot and makes it current. */
    void publish() {
        List<DatasetSnapshot> empty = new ArrayList<>();
        for (DatasetSnapshot dataset : datasets.values()) {
            if (dataset.isChanged()) {
                dataset.rebuild(++revision);
                if (dataset.isEmpty()) {
                    empty.add(dataset);
                }
            }
        }
        for (DatasetSnapshot dataset : empty) {
            forget(dataset);
        }
        for (DatasetSnapshot dataset : datasets.values()) {
            if (!dataset.fits() && !move(dataset)) {
                placeAll(datasets.values());
                break;
            }
        }
        if (hashRevision == 0) {
            rebuildHash();
        }
        long version = state.current() + 1;
        write(version);
        state.publish(version);
    }

    private void forget(DatasetSnapshot dataset) {
        datasets.remove(dataset.dataset());
        numbers.clear(dataset.number());
        hashRevision = 0;
    }

    /** Gives a dataset that has outgrown its places others behind all that are used, with room to grow. */
    private boolean move(DatasetSnapshot dataset) {
        int bucketsLeft = layout.maxBuckets() - usedBuckets;
        int segmentsLeft = layout.maxSegments() - usedSegments;
        if (dataset.bucketCount() > bucketsLeft || dataset.segmentCount() > segmentsLeft) {
            return false;
        }
        int buckets = Math.min(bucketsLeft, 2 * dataset.bucketCount());
        int segments = Math.min(segmentsLeft, 2 * dataset.segmentCount());
        dataset.place(usedBuckets, buckets, usedSegments, segments, ++revision);
        usedBuckets += buckets;
        usedSegments += segments;
        return true;
    }

    /** Gives every dataset new places, and each its share of what is left over. */
    private void placeAll(Collection<DatasetSnapshot> all) {
        long needBuckets = 0;
        long needSegments = 0;
        for (DatasetSnapshot dataset : all) {
            needBuckets += dataset.bucketCount();
            needSegments += dataset.segmentCount();
        }
        usedBuckets = 0;
        usedSegments = 0;
        for (DatasetSnapshot dataset : all) {
            int buckets = (int) (dataset.bucketCount() * (long) layout.maxBuckets() / needBuckets);
            int segments = (int) (dataset.segmentCount() * (long) layout.maxSegments() / needSegments);
            dataset.place(usedBuckets, buckets, usedSegments, segments, ++revision);
            usedBuckets += buckets;
            usedSegments += segments;
        }
    }

    private void rebuildHash() {
        Arrays.fill(hash, 0);
        int mask = hash.length - 1;
        for (DatasetSnapshot dataset : datasets.values()) {
            DatasetId id = dataset.dataset();
            int at = SnapshotLayout.hashOf(id.first(), id.second(), id.third(), id.fourth()) & mask;
            while (hash[at] != 0) {
                at = at + 1 & mask;
            }
            hash[at] = dataset.number() + 1;
        }
        hashRevision = ++revision;
    }

    private void write(long version) {
        int turn = (int) version & StateFile.SNAPSHOTS - 1;
        int snapshot = state.snapshotOffset(version);
        if (writtenHash[turn] != hashRevision) {
            state.putInts(snapshot, hash);
            writtenHash[turn] = hashRevision;
        }
        for (DatasetSnapshot dataset : datasets.values()) {
            if (written[turn][dataset.number()] != dataset.revision()) {
                dataset.writeTo(state, snapshot);
                written[turn][dataset.number()] = dataset.revision();
            }
        }
    }
}
