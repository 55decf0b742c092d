package io.datachunk.reader;

import io.datachunk.reader.format.SlotWord;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The index of one dataset, which remembers where the dataset is in the snapshots. Thread-safe. */
final class DatasetHandle implements DatasetIndex {
    private final ChunkIndex index;
    private final DatasetId dataset;

    /** A hint that any thread may replace. */
    private @Nullable Place place;

    DatasetHandle(ChunkIndex index, DatasetId dataset) {
        this.index = index;
        this.dataset = dataset;
    }

    /** Where a dataset is: a number of one attachment, which is another dataset's if the stamp has changed. */
    private record Place(Attachment attachment, int number, long stamp) {}

    @Override
    public Optional<ChunkRef> find(long block) {
        while (true) {
            Attachment attachment = index.attachment();
            long version = attachment.state.current();
            int chunk = chunkOf(attachment, version, block);
            if (chunk == SlotWord.NONE) {
                if (version >= 0 && attachment.state.isFresh(version)) {
                    return Optional.empty();
                }
            } else if (chunk != Attachment.TORN) {
                int stripe = Attachment.stripe();
                int slot = SlotWord.slotOf(chunk);
                if (attachment.acquire(slot, stripe)) {
                    if (attachment.confirms(chunk, version) && index.isAttachedTo(attachment)) {
                        return Optional.of(new HeldChunk(attachment, chunk, stripe));
                    }
                    attachment.release(slot, stripe);
                }
            }
            index.retry(attachment, version, chunk);
        }
    }

    private int chunkOf(Attachment attachment, long version, long block) {
        Place known = place;
        if (known == null || known.attachment != attachment || !isStill(known, version)) {
            known = look(attachment, version);
            if (known == null) {
                return SlotWord.NONE;
            }
        }
        return attachment.chunkOf(version, known.number, block);
    }

    private static boolean isStill(Place known, long version) {
        return known.attachment.snapshots.stampOf(version, known.number) == known.stamp;
    }

    /** What is torn here is found out by the caller, as a snapshot that is not fresh, and looked at again. */
    private @Nullable Place look(Attachment attachment, long version) {
        int number = attachment.numberOf(version, dataset);
        if (number < 0) {
            return null;
        }
        Place found = new Place(attachment, number, attachment.snapshots.stampOf(version, number));
        if (version >= 0 && attachment.state.isFresh(version)) {
            place = found;
        }
        return found;
    }
}
