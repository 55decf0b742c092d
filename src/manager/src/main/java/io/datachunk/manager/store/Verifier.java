package io.datachunk.manager.store;

import io.datachunk.manager.StoredFile;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One thread that reads published files in the background: records and sizes first, checksums later at a bounded rate.
 * Thread-safe; its methods return at once.
 */
public final class Verifier implements AutoCloseable {

    /**
     * @param maxBytesPerSecond of reading for checksums
     */
    public Verifier(ChunkStore store, Listener listener, long maxBytesPerSecond) {}

    /** What was found, from the verifier's thread. */
    public interface Listener {
        /** The record, if it can be read. */
        void inspected(ChunkDirectory directory, Optional<List<StoredFile>> files);

        /** The files as read back, with the digests that were asked for. */
        void verified(ChunkDirectory directory, List<StoredFile> files);

        void damaged(ChunkDirectory directory, String message);
    }

    /** Compares sizes with the record soon, and checksums with it some time. For directories found at the start. */
    public void add(ChunkDirectory directory) {
        throw new UnsupportedOperationException(directory.toString());
    }

    /** Reads the record before anything else. */
    public void inspect(ChunkDirectory directory) {
        throw new UnsupportedOperationException(directory.toString());
    }

    /** Reads every file back before other checksums, with SHA-256 of those named. */
    public void verify(ChunkDirectory directory, Set<String> sha256Of) {
        throw new UnsupportedOperationException(directory + " " + sha256Of);
    }

    /** Stops reading a directory that is about to be deleted. */
    public void remove(ChunkDirectory directory) {
        throw new UnsupportedOperationException(directory.toString());
    }

    @Override
    public void close() {}
}
