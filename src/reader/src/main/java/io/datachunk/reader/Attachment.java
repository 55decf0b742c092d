package io.datachunk.reader;

import io.datachunk.reader.format.DatasetPlace;
import io.datachunk.reader.format.ReaderFile;
import io.datachunk.reader.format.SnapshotReader;
import io.datachunk.reader.format.StateFile;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One epoch of the state as one index sees it: where to search, and where to count references. Immutable but for the
 * memory behind it; references keep theirs when the index goes on with another.
 */
final class Attachment {
    final StateFile state;
    private final SnapshotReader snapshots;
    final References references;

    /** The file that references are counted in; none: they are pins. */
    final @Nullable MappedByteBuffer counters;

    final int capacity;
    private final Path dataDir;

    Attachment(StateFile state, References references, Path dataDir) {
        this.state = state;
        this.snapshots = new SnapshotReader(state);
        this.references = references;
        this.counters = references instanceof Counters counted ? counted.file().buffer() : null;
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
        } catch (IndexOutOfBoundsException torn) {
            return DatasetPlace.torn(version);
        }
    }

    /** Takes a reference, to be confirmed by the slot's word. */
    boolean acquire(int slot, int stripe) {
        if (counters != null) {
            ReaderFile.add(counters, capacity, stripe, slot, 1);
            return true;
        }
        return references.acquire(slot, stripe);
    }

    void release(int slot, int stripe) {
        if (counters != null) {
            ReaderFile.add(counters, capacity, stripe, slot, -1);
        } else {
            references.release(slot, stripe);
        }
    }

    Path dataDir() {
        return dataDir;
    }
}
