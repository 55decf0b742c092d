package io.datachunk.manager.store;

import io.datachunk.manager.VolumeStatus;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Who was promised how much of the volume. Free = what the file system says − the configured reserve − what was promised
 * and is not written yet. Thread-safe.
 */
public final class SpaceLedger {

    public SpaceLedger(Path dataDir, long diskReserveBytes) {}

    /** A download of this directory has begun or goes on; {@code written} says how many of its bytes are on the volume. */
    public void begin(ChunkDirectory directory, LongSupplier written) {
        throw new UnsupportedOperationException(directory + " " + written);
    }

    /** Promises that the directory may have {@code totalBytes} in all; false and no promise if there is no room. */
    public boolean reserve(ChunkDirectory directory, long totalBytes) {
        throw new UnsupportedOperationException(directory + " " + totalBytes);
    }

    /** The directory is complete or gone: its promise is void. A download that backs off keeps its promise. */
    public void end(ChunkDirectory directory) {
        throw new UnsupportedOperationException(directory.toString());
    }

    /** Bytes that could be promised now; negative if the volume is over its limit. */
    public long freeBytes() throws IOException {
        throw new UnsupportedOperationException();
    }

    public VolumeStatus status() throws IOException {
        throw new UnsupportedOperationException();
    }
}
