package io.datachunk.manager.transfer;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Options;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Downloads the files of chunks into staging directories, on threads of its own. Thread-safe. */
public final class Transfers implements AutoCloseable {

    public Transfers(Options options) {
        throw new UnsupportedOperationException(options.toString());
    }

    /**
     * Starts or resumes a download and returns at once.
     *
     * @param staging the chunk's own directory, which exists; holds partial files and the resume record
     * @param space asked for bytes as soon as they are known to be needed
     * @param done called once, from a thread of this
     */
    public Transfer start(ChunkSpec chunk, Path staging, Space space, Consumer<Outcome> done) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    /** One running download. Thread-safe. */
    public interface Transfer {
        /** Ends it soon; what is there stays for a resume. The outcome is then {@link Outcome.Cancelled}. */
        void cancel();

        long bytesDone();

        OptionalLong bytesTotal();
    }

    /** Grants bytes of the volume to one download. */
    @FunctionalInterface
    public interface Space {
        /** Whether the volume has room for this chunk to be {@code totalBytes} in all; reserves them if so. */
        boolean reserve(long totalBytes);
    }
}
