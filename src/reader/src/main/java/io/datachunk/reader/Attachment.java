package io.datachunk.reader;

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
    final SnapshotReader snapshots;
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

    /** The number of a dataset in a snapshot; negative if it has none, to be believed if that is fresh. */
    int numberOf(long version, DatasetId dataset) {
        try {
            return snapshots.numberOf(version, dataset);
        } catch (IndexOutOfBoundsException written) {
            return -1;
        }
    }

    /** The chunk of a block in a snapshot; {@link SlotWord#NONE} or {@link #TORN}, to be believed if that is fresh. */
    int chunkOf(long version, int number, long block) {
        try {
            int chunk = snapshots.chunkOf(version, number, block);
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

    Path dataDir() {
        return dataDir;
    }
}
