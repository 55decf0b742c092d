package io.datachunk.manager.store;

import io.datachunk.reader.format.ChunkDirectory;
import java.util.Set;

/**
 * Something for the verifier to do with a complete directory. Immutable.
 *
 * @param sha256Of the files whose digest is asked for
 * @param visit which stay of the directory with the verifier this belongs to: a removal ends it
 * @param failures so far
 */
record Task(Kind kind, ChunkDirectory directory, Set<String> sha256Of, long visit, int failures) {

    /** Most urgent first. */
    enum Kind {
        RECORD,
        SIZES,
        CHECKSUMS_ASKED,
        CHECKSUMS
    }

    boolean isAsked() {
        return kind == Kind.CHECKSUMS_ASKED;
    }
}
