package io.datachunk.reader;

import io.datachunk.reader.format.SlotWord;
import io.datachunk.reader.format.StateDirectory;
import io.datachunk.reader.format.StateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ready chunks of this node, as its agent publishes them in the state directory. Thread-safe.
 *
 * <p>Finding and holding takes no lock, no I/O and no call to another process. How it works, and why a chunk that is held
 * is never deleted: a find looks a block up in the current snapshot, counts a reference where the manager will see it (in
 * shared memory, or as a lock on a byte), and only then looks whether the slot still says that the chunk is live and the
 * snapshot is recent. The manager publishes a snapshot without the chunk, marks the slot, and only then looks at the
 * counters. With a full fence between the two steps of both, one of them sees the other.
 *
 * <p>Goes on while the agent is down, restarts or is upgraded. References outlive the index: closing it releases none.
 */
public final class ChunkIndex implements AutoCloseable {
    private static final int HANDLE_BITS = 9;
    private static final int HANDLES = 1 << HANDLE_BITS;
    private static final int PROBES = 8;

    private final Path dataDir;
    private final Presence presence;

    /** Of datasets that were asked for lately: what any thread finds here is right, and it may be missing. */
    private final @Nullable DatasetHandle[] handles = new DatasetHandle[HANDLES];

    /** Null once closed. Read again after a reference was counted: so nothing is counted where nobody looks any more. */
    private volatile @Nullable Attachment attachment;

    private volatile @Nullable IdHints hints;

    private ChunkIndex(Path dataDir, StateDirectory directory, ReaderOptions options) throws IOException {
        this.dataDir = dataDir;
        this.presence = Presence.enter(directory, options, this);
    }

    /**
     * Opens the index with the state directory in its default place, {@code <dataDir>/.state}.
     *
     * @throws IOException see {@link #open(Path, Path)}
     */
    public static ChunkIndex open(Path dataDir) throws IOException {
        return open(dataDir, StateDirectory.defaultOf(dataDir).path());
    }

    /**
     * Opens the index. Takes up to ten seconds when no agent is running, to tell that from one out of reach.
     *
     * @param dataDir where the agent keeps the chunks, as this process sees it
     * @param stateDir where the agent keeps its state, as this process sees it
     * @throws java.nio.file.NoSuchFileException if no agent has ever run with this state directory; try again when one has
     * @throws IOException in one line that says what to change: the state is of an earlier boot or of another version, or
     *     the agent does not share file locks with this process
     */
    public static ChunkIndex open(Path dataDir, Path stateDir) throws IOException {
        return open(dataDir, stateDir, ReaderOptions.DEFAULTS);
    }

    static ChunkIndex open(Path dataDir, Path stateDir, ReaderOptions options) throws IOException {
        return new ChunkIndex(Objects.requireNonNull(dataDir), new StateDirectory(stateDir), options);
    }

    /**
     * Finds a ready chunk of a dataset that covers a block and holds it. Never blocks on I/O.
     *
     * @param block the block's number, unsigned
     * @return a reference for the caller to close; empty if no ready chunk covers the block
     * @throws IllegalStateException if this index is closed
     */
    public Optional<ChunkRef> find(DatasetId dataset, long block) {
        int at = placeOf(dataset);
        DatasetHandle handle = handles[at];
        return (handle != null && handle.isOf(dataset) ? handle : handle(dataset, at)).findToKeep(block);
    }

    /** Quicker than the hash of the snapshots, which is for keys that somebody chose. */
    private static int placeOf(DatasetId dataset) {
        long mixed = (dataset.first() ^ dataset.second() ^ dataset.third() ^ dataset.fourth()) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> Long.SIZE - HANDLE_BITS);
    }

    /** Looks a little further, and takes the first place if the dataset is in none. */
    private DatasetHandle handle(DatasetId dataset, int first) {
        for (int at = first; at < first + PROBES; at++) {
            DatasetHandle other = handles[at & HANDLES - 1];
            if (other == null || other.isOf(dataset)) {
                DatasetHandle handle = other == null ? new DatasetHandle(this, dataset) : other;
                handles[at & HANDLES - 1] = handle;
                return handle;
            }
        }
        DatasetHandle handle = new DatasetHandle(this, dataset);
        handles[first] = handle;
        return handle;
    }

    /**
     * Holds a ready chunk by its identity.
     *
     * @return a reference for the caller to close; empty if the chunk is not ready
     * @throws IllegalStateException if this index is closed
     */
    public Optional<ChunkRef> get(ChunkId id) {
        while (true) {
            Attachment current = attachment();
            StateFile state = current.state;
            long version = state.current();
            if (version >= 0) {
                IdHints known = hints;
                if (known == null || !known.areOf(state, version)) {
                    known = IdHints.of(state, version);
                    hints = known;
                }
                int slot = known.slotOf(id);
                if (slot < 0) {
                    if (state.current() == version) {
                        return Optional.empty();
                    }
                } else {
                    HeldChunk held = hold(current, slot, id);
                    if (held != null) {
                        return Optional.of(held);
                    }
                    hints = null; // retired, perhaps since they were made of this very version
                }
            }
            comeOver(current);
        }
    }

    /** Holds what is in a slot if it is a live chunk of that id. */
    private @Nullable HeldChunk hold(Attachment current, int slot, ChunkId id) {
        int stripe = Attachment.stripe();
        if (!current.acquire(slot, stripe)) {
            return null;
        }
        long word = current.state.slotWord(slot);
        if (SlotWord.state(word) == SlotWord.LIVE
                && current.state.hasId(slot, id)
                && current.state.current() >= 0
                && isAttachedTo(current)) {
            return new KeptChunk(current, SlotWord.chunk(slot, word), stripe);
        }
        current.release(slot, stripe);
        return null;
    }

    /**
     * The chunks that are ready, in no particular order. One that is being published may be listed an instant before its blocks are found.
     *
     * @throws IllegalStateException if this index is closed
     */
    public List<ChunkId> list() {
        while (true) {
            Attachment current = attachment();
            StateFile state = current.state;
            long version = state.current();
            if (version >= 0) {
                Set<ChunkId> ready = new LinkedHashSet<>();
                for (int slot = 0; slot < state.capacity(); slot++) {
                    long word = state.slotWord(slot);
                    if (SlotWord.state(word) == SlotWord.LIVE) {
                        ready.add(state.id(slot));
                    }
                }
                if (state.current() == version) {
                    return new ArrayList<>(ready);
                }
            }
            comeOver(current);
        }
    }

    /** The handle for many finds in one dataset; may be asked for before the dataset has any chunk. */
    public DatasetIndex dataset(DatasetId dataset) {
        return new DatasetHandle(this, Objects.requireNonNull(dataset));
    }

    /** Gives no more references; those that are open stay valid until they are closed. Idempotent. */
    @Override
    public void close() {
        synchronized (presence) {
            if (attachment == null) {
                return;
            }
            attachment = null;
            presence.leave(this);
        }
    }

    Path dataDir() {
        return dataDir;
    }

    /** Called by the presence, which guards it. */
    void attach(Attachment now) {
        attachment = now;
    }

    Attachment attachment() {
        Attachment current = attachment;
        if (current == null) {
            throw new IllegalStateException("the index of " + dataDir + " is closed");
        }
        return current;
    }

    /** Looked at after a reference was counted, and before it is given out. */
    boolean isAttachedTo(Attachment counted) {
        return attachment == counted;
    }

    /** Goes on with another attachment than one that is over; there is one already unless the epoch has changed. */
    void comeOver(Attachment over) {
        if (over.state.current() < 0) {
            presence.comeOver();
        }
    }
}
