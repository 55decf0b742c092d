package io.datachunk.manager.plan;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.StoredFile;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.List;

/** Something to do. The executor does each step once and answers with the event that is named. */
public sealed interface Step {

    /** Start or resume a download into the directory's staging; ends with Fetched, Failed or Cancelled of that attempt. */
    record Fetch(ChunkDirectory directory, ChunkSpec chunk, long attempt) implements Step {}

    /** End a download soon. */
    record Cancel(ChunkDirectory directory, long attempt) implements Step {}

    /** Remove what is in the staging directory; ends with Deleted. */
    record Discard(ChunkDirectory directory) implements Step {}

    /** Write the record and give the directory its name; ends with Stored or StoreFailed. */
    record Store(ChunkDirectory directory, List<StoredFile> files) implements Step {}

    /** Put a complete directory into the index: a new one, or one that was retired and is still there. No answer. */
    record Publish(ChunkDirectory directory) implements Step {}

    /** Take a directory out of the index; ends with Drained unless it is published again before. */
    record Retire(ChunkDirectory directory) implements Step {}

    /**
     * Move a drained directory out of the way and unlink it; ends with Deleted.
     *
     * @param hurry whether space is short, so that it goes flat out
     */
    record Delete(ChunkDirectory directory, boolean hurry) implements Step {}

    /** Read a complete directory's record; ends with Inspected. */
    record Inspect(ChunkDirectory directory) implements Step {}

    /** Read back the files of a complete directory whose digests {@code chunk} declares; ends with Verified or Damaged. */
    record Verify(ChunkDirectory directory, ChunkSpec chunk) implements Step {}
}
