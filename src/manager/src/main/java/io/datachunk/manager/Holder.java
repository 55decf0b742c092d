package io.datachunk.manager;

import java.time.Instant;

/** Who holds a chunk. */
public sealed interface Holder {

    /**
     * A process that counts its references in a file of its own.
     *
     * @param since when the manager first saw it hold the chunk after the chunk was retired, by the wall clock
     * @param references how many it has of this chunk
     */
    record Counted(long pid, String host, String command, Instant since, long references) implements Holder {}

    /** At least one process with read-only mounts: only its lock on the chunk's byte of {@code pins} is seen. */
    record Pinned() implements Holder {}
}
