package io.datachunk.manager.plan;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.StoredFile;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.List;

/**
 * Something to do. The executor does each step once, in the order of the list, and answers with the event that is named.
 * No directory of two contents is ever the same, and a number is given anew only after {@link Event.Deleted}.
 */
public sealed interface Step {

    /**
     * Start or resume a download into the directory's staging; ends with Fetched, Failed or Cancelled of that attempt.
     * Never two at once of one directory. A staging directory that was found at the start may hold files of another
     * declaration of the same id and range; the resume record tells.
     */
    record Fetch(ChunkDirectory directory, ChunkSpec chunk, long attempt) implements Step {}

    /** End a download soon. It may still end with Fetched or Failed. */
    record Cancel(ChunkDirectory directory, long attempt) implements Step {}

    /** Remove the staging directory and its promise of space; ends with Deleted. No download of it runs any more. */
    record Discard(ChunkDirectory directory) implements Step {}

    /** Write the record and give the directory, with these files and no others, its name; ends with Stored or StoreFailed. */
    record Store(ChunkDirectory directory, List<StoredFile> files) implements Step {}

    /**
     * Put a complete directory into the index: a new one, or one that was retired and is not drained. No answer. What
     * it replaces is retired in the same list of steps, so that one snapshot can show both changes; a list never both
     * publishes and retires one directory.
     */
    record Publish(ChunkDirectory directory) implements Step {}

    /**
     * Take a directory out of the index; ends with Drained unless it is published again before. Questions about the
     * directory that are not answered yet need no answer any more.
     */
    record Retire(ChunkDirectory directory) implements Step {}

    /**
     * Move a complete directory out of the way and unlink it; ends with Deleted. It is drained, or was never published:
     * stored for a declaration that did not hold any more.
     *
     * @param hurry whether space is short now, so that it goes flat out; see {@link Plan#spaceIsShort()} for later
     */
    record Delete(ChunkDirectory directory, boolean hurry) implements Step {}

    /** Read a complete directory's record; ends with Inspected. The directory is published or retired. */
    record Inspect(ChunkDirectory directory) implements Step {}

    /**
     * Read back the files of a published directory whose digests {@code chunk} declares; ends with Verified (also when
     * they differ from what is declared) or, if they are not what the record says, Damaged.
     */
    record Verify(ChunkDirectory directory, ChunkSpec chunk) implements Step {}
}
