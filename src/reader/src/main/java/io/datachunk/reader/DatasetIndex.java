package io.datachunk.reader;

import java.util.Optional;

/**
 * The ready chunks of one dataset: the handle for hot paths, which hashes the dataset's id no more than once.
 *
 * <p>Thread-safe. May be asked for before the dataset has any chunk, and outlives every change of the index.
 */
public interface DatasetIndex {

    /**
     * Finds a ready chunk that covers a block and holds it. Never blocks on I/O.
     *
     * @param block the block's number, unsigned
     * @return a reference for the caller to close; empty if no ready chunk covers the block
     * @throws IllegalStateException if the index is closed
     */
    Optional<ChunkRef> find(long block);
}
