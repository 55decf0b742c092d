package io.datachunk.reader;

import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.SlotWord;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One reference, made to be used where it was found: see {@link KeptChunk} for others. Thread-safe.
 *
 * <p>24 bytes: what describes the chunk is read from the state file, where it stays as it is while the chunk is held.
 */
class HeldChunk implements ChunkRef {
    static final VarHandle STRIPE;
    static final int CLOSED = -1;

    static {
        try {
            STRIPE = MethodHandles.lookup().findVarHandle(HeldChunk.class, "stripe", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Attachment attachment;
    private final int chunk;

    /** Where the reference is counted, or {@link #CLOSED}. */
    private volatile int stripe;

    HeldChunk(Attachment attachment, int chunk, int stripe) {
        this.attachment = attachment;
        this.chunk = chunk;
        STRIPE.set(this, stripe);
    }

    @Override
    public ChunkId id() {
        return directory().id();
    }

    @Override
    public DatasetId dataset() {
        return directory().dataset();
    }

    @Override
    public BlockRange range() {
        return directory().range();
    }

    @Override
    public Path path() {
        if (stripe == CLOSED) {
            throw usedAfterClose();
        }
        return attachment.dataDir().resolve(directory().relativePath());
    }

    @Override
    public ChunkRef copy() {
        int counted = stripe;
        if (counted == CLOSED) {
            throw usedAfterClose();
        }
        int slot = SlotWord.slotOf(chunk);
        // On the same cell: a cell that is zero once its slot is retired stays zero, so the manager may look at one
        // after
        // the other. The increment is a full fence: either the close below is seen, or the manager sees the increment.
        boolean acquired = attachment.acquire(slot, counted);
        if (stripe == CLOSED || !acquired) {
            if (acquired) {
                attachment.release(slot, counted);
            }
            throw usedAfterClose();
        }
        return new KeptChunk(attachment, chunk, counted);
    }

    @Override
    public final void close() {
        int counted = takeStripe();
        if (counted != CLOSED) {
            attachment.release(SlotWord.slotOf(chunk), counted);
        }
    }

    /**
     * Closes: where the reference is counted, for the first who asks; then {@link #CLOSED}.
     *
     * <p>The compiler leaves a monitor out, and then the object, where the reference does not leave its method; with a
     * compare-and-set it can do neither.
     */
    int takeStripe() {
        synchronized (this) {
            int counted = (int) STRIPE.get(this);
            STRIPE.setRelease(this, CLOSED);
            return counted;
        }
    }

    /** Stays right after a close until the slot goes to another chunk. */
    private ChunkDirectory directory() {
        int slot = SlotWord.slotOf(chunk);
        if (stripe != CLOSED) {
            ChunkDirectory directory = read(slot);
            if (stripe != CLOSED && directory != null) {
                return directory;
            }
        }
        long word = attachment.state.slotWord(slot);
        if (SlotWord.chunk(slot, word) == chunk && SlotWord.state(word) != SlotWord.FREE) {
            ChunkDirectory directory = read(slot);
            if (attachment.state.slotWord(slot) == word && directory != null) {
                return directory;
            }
        }
        throw new IllegalStateException("the reference was closed, and its chunk is gone meanwhile");
    }

    /** What is not held may be written over meanwhile, and then be nonsense. */
    private @Nullable ChunkDirectory read(int slot) {
        try {
            return attachment.state.directory(slot);
        } catch (IllegalArgumentException torn) {
            return null;
        }
    }

    private IllegalStateException usedAfterClose() {
        ChunkId id;
        try {
            id = directory().id();
        } catch (IllegalStateException gone) {
            return gone;
        }
        return new IllegalStateException(
                "the reference to chunk " + id + " is closed: copy() it before, or find the chunk again");
    }

    @Override
    public String toString() {
        return stripe == CLOSED ? "closed reference" : "reference to chunk " + id();
    }
}
