package io.datachunk.operator.node;

/** Whether a node is heard of. */
public enum Freshness {
    FRESH,
    /**
     * Its heartbeat was old when this process first saw it. The node may be gone; or nobody could write for a while, as when the API server was away; or its
     * clock is wrong. Decided within a minute, and until then no status is changed over it.
     */
    UNDECIDED,
    SILENT
}
