package io.datachunk.reader;

import io.datachunk.reader.format.DatasetPlace;
import io.datachunk.reader.format.SlotWord;
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
    private static final long OVER = -2;

    private final ChunkIndex index;
    private final DatasetId dataset;

    /** A hint that any thread may replace. */
    private @Nullable Known known;

    DatasetHandle(ChunkIndex index, DatasetId dataset) {
        this.index = index;
        this.dataset = dataset;
    }

    /** A place in a snapshot of an attachment. */
    private record Known(Attachment attachment, DatasetPlace place) {}

    boolean isOf(DatasetId other) {
        return dataset.equals(other);
    }

    @Override
    public Optional<ChunkRef> find(long block) {
        while (true) {
            Attachment attachment = index.attachment();
            long held = hold(attachment, block);
            if (held >= 0) {
                return Optional.of(new HeldChunk(attachment, (int) held, (int) (held >>> Integer.SIZE)));
            }
            if (held == NONE) {
                return Optional.empty();
            }
            index.comeOver(attachment);
        }
    }

    /** Counts a reference: {@code stripe << 32 | chunk}; or {@link #NONE}, or {@link #OVER} with the attachment. */
    private long hold(Attachment attachment, long block) {
        while (index.isAttachedTo(attachment)) {
            long version = attachment.state.current();
            if (version < 0) {
                return OVER;
            }
            int chunk = attachment.chunkOf(place(attachment, version), block);
            if (chunk >= 0) {
                int stripe = Attachment.stripe();
                int slot = SlotWord.slotOf(chunk);
                if (attachment.acquire(slot, stripe)) {
                    if (attachment.confirms(chunk, version) && index.isAttachedTo(attachment)) {
                        return (long) stripe << Integer.SIZE | chunk;
                    }
                    attachment.release(slot, stripe);
                }
            } else if (chunk == SlotWord.NONE && attachment.state.isFresh(version)) {
                return NONE;
            }
            attachment.pause(version, chunk);
        }
        return OVER;
    }

    private DatasetPlace place(Attachment attachment, long version) {
        Known hint = known;
        return hint != null && hint.attachment == attachment && hint.place.version() == version
                ? hint.place
                : look(attachment, version);
    }

    /** What is torn here is found out by the caller, as a snapshot that is not fresh, and looked at again. */
    private DatasetPlace look(Attachment attachment, long version) {
        DatasetPlace place = attachment.placeOf(version, dataset);
        if (attachment.state.isFresh(version)) {
            known = new Known(attachment, place);
        }
        return place;
    }
}
