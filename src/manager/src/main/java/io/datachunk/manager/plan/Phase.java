package io.datachunk.manager.plan;

/** Where the bytes of one content are, and what is being done with them. */
enum Phase {
    /** Nothing on disk; the download has not begun. Only ever the content that its chunk wants. */
    PLANNED,
    /** Some bytes in the staging directory; nothing runs. */
    PARTIAL,
    /** A download runs. Only ever the content that its chunk wants. */
    FETCHING,
    /** A download was told to end and has not yet. */
    CANCELLING,
    /** All bytes are in the staging directory and about to become a complete directory. */
    STORING,
    /** The staging directory is being removed. Never used again: what is wanted goes elsewhere. */
    DISCARDING,
    /** Complete and published. */
    LIVE,
    /** Complete, not published any more, perhaps held. Can become live again, unless it is damaged. */
    RETIRING,
    /** Complete, and nobody can hold it any more: being unlinked. Never used again. */
    DELETING;

    /** Whether a download has its slot. */
    boolean running() {
        return this == FETCHING || this == CANCELLING;
    }

    /** Whether nothing is being done and a download could begin. */
    boolean idle() {
        return this == PLANNED || this == PARTIAL;
    }

    /** Whether the bytes are on their way out, not to be stopped any more. */
    boolean leaving() {
        return this == DISCARDING || this == DELETING;
    }

    /** Whether it is a complete directory that may serve. */
    boolean complete() {
        return this == LIVE || this == RETIRING;
    }
}
