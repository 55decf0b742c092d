package io.datachunk.manager.plan;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Reason;
import io.datachunk.manager.StoredFile;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.List;
import java.util.Optional;

/**
 * Something that happened, for the plan to answer with steps. Any event may come at any time: what does not fit (another
 * attempt, an unknown directory, an answer that nobody waits for any more) changes nothing.
 */
public sealed interface Event {

    /** Somebody wants this chunk. */
    record Desired(ChunkSpec chunk) implements Event {}

    /** Nobody wants this chunk. */
    record Undesired(ChunkId id) implements Event {}

    /** These chunks are wanted, and no others. */
    record DesiredSet(List<ChunkSpec> chunks) implements Event {}

    /** Every file is in the staging directory, verified and forced to disk. */
    record Fetched(ChunkDirectory directory, long attempt, List<StoredFile> files) implements Event {}

    /**
     * A download failed; its partial files are still there.
     *
     * @param permanent whether trying again is of no use until the declaration or the source changes
     * @param retryAfterMs the least time to wait, as the source asked; 0 if it did not
     * @param bytesDone bytes of the chunk in the staging directory
     * @param neededBytes what the chunk needs in all, as far as known; 0 if it is not. Of use for other reasons than
     *     INSUFFICIENT_SPACE too: it tells what dropping the partial would set free
     */
    record Failed(
            ChunkDirectory directory,
            long attempt,
            Reason reason,
            String message,
            boolean permanent,
            long retryAfterMs,
            long bytesDone,
            long neededBytes)
            implements Event {}

    /** A download ended because of {@link Step.Cancel}; its partial files are still there. */
    record Cancelled(ChunkDirectory directory, long attempt) implements Event {}

    /** The directory has its name among the complete ones. */
    record Stored(ChunkDirectory directory) implements Event {}

    /** It could not be given its name; it is still in the staging directory, and what is there can be resumed. */
    record StoreFailed(ChunkDirectory directory, Reason reason, String message) implements Event {}

    /** What a complete directory's record says; empty if the record cannot be read. */
    record Inspected(ChunkDirectory directory, Optional<List<StoredFile>> files) implements Event {}

    /** What reading a complete directory's files back gave, with the digests that {@link Step.Verify} asked for. */
    record Verified(ChunkDirectory directory, List<StoredFile> files) implements Event {}

    /** A complete directory is not what was published: a file is missing, short, long or has other bytes. */
    record Damaged(ChunkDirectory directory, String message) implements Event {}

    /**
     * Nobody holds a retired directory any more, and nobody can: it can not be published again. To be handed to the plan
     * before any other event, so that the plan does not publish it meanwhile; if it does all the same, it takes that back.
     */
    record Drained(ChunkDirectory directory) implements Event {}

    /** The bytes of a directory are gone, after {@link Step.Delete} or {@link Step.Discard}. */
    record Deleted(ChunkDirectory directory) implements Event {}

    /**
     * How much downloads that have not begun may take of the volume now; negative if it is over its limit. Wanted at the
     * start, soon after every Deleted, and about once a second while {@link Plan#spaceIsShort()}.
     */
    record SpaceFreed(long freeBytes) implements Event {}

    /** Time has passed. Comes at the time that the plan asked for, or a little later. */
    record Tick() implements Event {}
}
