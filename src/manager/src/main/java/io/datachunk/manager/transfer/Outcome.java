package io.datachunk.manager.transfer;

import io.datachunk.manager.Reason;
import io.datachunk.manager.StoredFile;
import java.util.List;

/** How a download ended. */
public sealed interface Outcome {
    /** Every file is there, whole, verified and forced to disk; the directory is not. */
    record Fetched(List<StoredFile> files) implements Outcome {}

    /**
     * @param permanent whether trying again is of no use until something changes
     * @param progressed whether bytes came beyond the furthest offset so far, which starts the back-off anew
     * @param retryAfterMs the least time to wait, as the source asked; 0 if it did not
     * @param neededBytes for {@link Reason#INSUFFICIENT_SPACE}: what the whole chunk needs; else 0
     */
    record Failed(
            Reason reason, String message, boolean permanent, boolean progressed, long retryAfterMs, long neededBytes)
            implements Outcome {}

    record Cancelled() implements Outcome {}
}
