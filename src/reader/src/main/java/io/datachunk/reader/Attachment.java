package io.datachunk.reader;

import io.datachunk.reader.format.DatasetPlace;
import io.datachunk.reader.format.ReaderFile;
import io.datachunk.reader.format.SlotWord;
import io.datachunk.reader.format.SnapshotReader;
import io.datachunk.reader.format.StateFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One epoch of the state as one index sees it: where to search, and where to count references. Immutable but for the
 * memory behind it; references keep theirs when the index goes on with another.
 */
final class Attachment {
    /** How {@link #chunkOf} says that the snapshot was written over meanwhile. */
    static final int TORN = SlotWord.SEARCH;

    final StateFile state;
    private final SnapshotReader snapshots;
    private final References references;
    private final @Nullable ReaderFile counters;
    private final int capacity;
    private final Path dataDir;

    Attachment(StateFile state, References references, Path dataDir) {
        this.state = state;
        this.snapshots = new SnapshotReader(state);
        this.references = references;
        this.counters = references instanceof Counters counted ? counted.file() : null;
        this.capacity = state.capacity();
        this.dataDir = dataDir;
    }

    /** The stripe of the calling thread: neighbours in time get different ones. */
    static int stripe() {
        return (int) Thread.currentThread().getId() & ReaderFile.STRIPES - 1;
    }

    /** Where a dataset is in a snapshot, to be believed if that is fresh. */
    DatasetPlace placeOf(long version, DatasetId dataset) {
        try {
            return snapshots.placeOf(version, dataset);
        } catch (IndexOutOfBoundsException written) {
            return DatasetPlace.NOWHERE;
        }
    }

    /** The chunk of a block in a snapshot; {@link SlotWord#NONE} or {@link #TORN}, to be believed if that is fresh. */
    int chunkOf(DatasetPlace place, long block) {
        try {
            int chunk = snapshots.chunkOf(place, block);
            return chunk == SlotWord.NONE || SlotWord.slotOf(chunk) < capacity ? chunk : TORN;
        } catch (IndexOutOfBoundsException written) {
            return TORN;
        }
    }

    /** Takes a reference, to be confirmed by {@link #confirms}. */
    boolean acquire(int slot, int stripe) {
        if (counters != null) {
            counters.add(stripe, slot, 1);
            return true;
        }
        return references.acquire(slot, stripe);
    }

    void release(int slot, int stripe) {
        if (counters != null) {
            counters.add(stripe, slot, -1);
        } else {
            references.release(slot, stripe);
        }
    }

    /** Whether a chunk that a reference was taken of is still what the snapshot said, so that the manager will see it. */
    boolean confirms(int chunk, long version) {
        return SlotWord.isLive(state.slotWord(SlotWord.slotOf(chunk)), chunk) && state.isFresh(version);
    }

    /** What a find does before it looks again: the manager has published meanwhile, or looks at the very byte. */
    void pause(long version, int chunk) {
        if (chunk == TORN && state.isFresh(version)) {
            throw new IllegalStateException(
                    "the state files of " + dataDir + " are damaged: start the agent again, it makes new ones");
        }
        Thread.onSpinWait();
    }

    Path dataDir() {
        return dataDir;
    }
}
