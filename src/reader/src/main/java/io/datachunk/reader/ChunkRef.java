package io.datachunk.reader;

import java.nio.file.Path;

/**
 * A reference to a chunk on this node: while it is open, the chunk's directory and every file in it stay as they are.
 *
 * <p>Close every reference, best by try-with-resources. A process that ends without doing so, however it ends, leaks
 * nothing: the kernel releases its references. Thread-safe.
 */
public interface ChunkRef extends AutoCloseable {

    /** The chunk's identity. */
    ChunkId id();

    /** The dataset that the chunk belongs to. */
    DatasetId dataset();

    /** The blocks that the chunk covers. */
    BlockRange range();

    /**
     * The chunk's directory, valid and untouched until {@link #close()}.
     *
     * @throws IllegalStateException if this reference is closed
     */
    Path path();

    /**
     * An independent reference to the same chunk, to be closed by itself.
     *
     * @throws IllegalStateException if this reference is closed
     */
    ChunkRef copy();

    /** Releases the chunk. Idempotent, from any thread; never blocks and never throws. */
    @Override
    void close();
}
