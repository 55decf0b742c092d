package io.datachunk.reader;

import io.datachunk.reader.format.DatasetPlace;
import io.datachunk.reader.format.ReaderFile;
import io.datachunk.reader.format.SlotWord;
import io.datachunk.reader.format.SnapshotReader;
import io.datachunk.reader.format.StateFile;
import java.nio.MappedByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The index of one dataset, which remembers where the dataset is in the newest snapshot. Thread-safe.
 *
 * <p>A find is in two parts. What touches the mapped memory is large in machine code and returns a number. What makes the
 * reference is small, so that the compiler puts it into its caller, where a reference that does not leave costs no memory.
 */
final class DatasetHandle implements DatasetIndex {
    private static final long NONE = -1;
    private static final long AGAIN = -2;

    /** In place of a chunk: the snapshot was written over while it was searched, or is damaged. */
    private static final int TORN = SlotWord.SEARCH;

    private final ChunkIndex index;
    private final DatasetId dataset;

    /** A hint that any thread may replace. */
    private @Nullable Known known;

    DatasetHandle(ChunkIndex index, DatasetId dataset) {
        this.index = index;
        this.dataset = dataset;
    }

    /** Where the dataset is in a snapshot, and the memory of the attachment: each object on the way there costs a find a nanosecond. */
    private record Known(
            Attachment attachment,
            MappedByteBuffer state,
            @Nullable MappedByteBuffer counters,
            int capacity,
            DatasetPlace place) {
        Known(Attachment attachment, DatasetPlace place) {
            this(attachment, attachment.state.buffer(), attachment.counters, attachment.capacity, place);
        }
    }

    boolean isOf(DatasetId other) {
        return dataset.equals(other);
    }

    @Override
    public Optional<ChunkRef> find(long block) {
        return find(block, false);
    }

    /** Finds a chunk for a caller who will hand the reference on or keep it. */
    Optional<ChunkRef> findToKeep(long block) {
        return find(block, true);
    }

    private Optional<ChunkRef> find(long block, boolean kept) {
        Known at = known;
        while (true) {
            if (at != null) {
                long held = hold(at, block);
                if (held >= 0) {
                    int chunk = (int) held;
                    int stripe = (int) (held >>> Integer.SIZE);
                    return Optional.of(
                            kept
                                    ? new KeptChunk(at.attachment, chunk, stripe)
                                    : new HeldChunk(at.attachment, chunk, stripe));
                }
                if (held == NONE) {
                    return Optional.empty();
                }
            }
            Thread.onSpinWait(); // the manager has published meanwhile, or looks at the very byte
            at = look();
        }
    }

    /** Where the dataset is now; null: look again. */
    private @Nullable Known look() {
        Attachment attachment = index.attachment();
        long version = attachment.state.current();
        if (version < 0) {
            index.comeOver(attachment);
            return null;
        }
        Known at = new Known(attachment, attachment.placeOf(version, dataset));
        if (attachment.state.isFresh(version)) {
            known = at;
        }
        return at;
    }

    /**
     * Counts a reference: {@code stripe << 32 | chunk}; or {@link #NONE}, or {@link #AGAIN}.
     *
     * <p>All of it in one method, for two reasons that are measured. What is in a local stays in a register behind an atomic
     * access, after which fields are read again. And with more than 325 bytecodes ({@code FreqInlineSize}) HotSpot never
     * makes it a part of {@link #find}, which would then be too large in turn to become a part of its callers.
     */
    private long hold(Known at, long block) {
        Attachment attachment = at.attachment;
        MappedByteBuffer state = at.state;
        MappedByteBuffer counters = at.counters;
        int capacity = at.capacity;
        DatasetPlace place = at.place;
        long version = place.version();
        if (StateFile.current(state) != version) {
            return AGAIN;
        }
        int chunk;
        try {
            chunk = SnapshotReader.chunkOf(state, place, block);
        } catch (IndexOutOfBoundsException written) {
            chunk = TORN;
        }
        int slot = SlotWord.slotOf(chunk);
        if (chunk >= 0 && slot < capacity) {
            int stripe = Attachment.stripe();
            if (counters != null) {
                ReaderFile.add(counters, capacity, stripe, slot, 1);
            } else if (!index.isAttachedTo(attachment) || !attachment.references.acquire(slot, stripe)) {
                return AGAIN; // a closed file has no locks to give
            }
            if (SlotWord.isLive(StateFile.slotWord(state, slot), chunk)
                    && StateFile.isFresh(state, version)
                    && index.isAttachedTo(attachment)) {
                return (long) stripe << Integer.SIZE | chunk;
            }
            if (counters != null) {
                ReaderFile.add(counters, capacity, stripe, slot, -1);
            } else {
                attachment.references.release(slot, stripe);
            }
        } else if (StateFile.isFresh(state, version) && index.isAttachedTo(attachment)) {
            if (chunk == SlotWord.NONE) {
                return NONE;
            }
            throw new IllegalStateException("the state files of " + attachment.dataDir() + " are damaged around block "
                    + Long.toUnsignedString(block) + " of dataset " + dataset
                    + ": start the agent again, it makes new ones");
        }
        return AGAIN;
    }
}
