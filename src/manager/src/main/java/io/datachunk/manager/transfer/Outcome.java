package io.datachunk.manager.transfer;

import io.datachunk.manager.Reason;
import io.datachunk.manager.StoredFile;
import java.util.List;

/** How the download of a chunk ended. */
public sealed interface Outcome {

    /** Every file is there, whole, verified and forced to disk; the directory is not. */
    record Fetched(List<StoredFile> files) implements Outcome {}

    /**
     * One file failed, and the others were stopped.
     *
     * @param message for people; without query strings, user info and text of the answer
     * @param permanent whether trying again is of no use until the declaration or the source changes
     * @param retryAfterMs the least time to wait, as the source asked; 0 if it did not
     * @param bytesDone bytes of the chunk that stay in the staging directory
     * @param neededBytes for {@link Reason#INSUFFICIENT_SPACE}: what the chunk needs in all, as far as known; else 0
     */
    record Failed(Reason reason, String message, boolean permanent, long retryAfterMs, long bytesDone, long neededBytes)
            implements Outcome {}

    /** It was cancelled; what is there can be resumed. */
    record Cancelled() implements Outcome {}
}
