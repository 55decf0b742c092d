package io.datachunk.manager.transfer;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/** What to do with the head of an answer. */
sealed interface Verdict {

    /**
     * Read the body.
     *
     * @param offset where in the file its first byte belongs
     * @param totalBytes of the whole file; empty if only the end of the body will tell
     * @param validator to resume with later; empty if the answer cannot be resumed
     * @param framed whether the answer itself says where it ends, so that a cut body is told from a whole one
     */
    record Accept(long offset, OptionalLong totalBytes, Optional<String> validator, boolean framed)
            implements Verdict {}

    /** Drop what is there and ask anew from the beginning. */
    record Restart() implements Verdict {}

    /** Ask there instead. */
    record Redirect(URI target) implements Verdict {}

    /** The download of this file has failed. */
    record Refuse(FileFailure failure) implements Verdict {}
}
