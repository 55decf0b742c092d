package io.datachunk.manager.store;

import io.datachunk.manager.StoredFile;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** The data directory of one manager. Thread-safe; every method does I/O unless it says otherwise. */
public final class ChunkStore implements AutoCloseable {

    private ChunkStore() {}

    /**
     * Takes the data directory for this process: checks or writes {@code .volume} and locks it.
     *
     * @param remembered the volume that somebody remembers this node to have; empty: nobody does
     * @param acceptNewVolume whether to begin on another volume than the remembered one
     * @throws IOException in one line that says what to change: no directory, not writable, not ours, in use by another
     *     manager, another volume than remembered
     */
    public static ChunkStore open(Path dataDir, Optional<UUID> remembered, boolean acceptNewVolume) throws IOException {
        throw new UnsupportedOperationException(dataDir + " " + remembered + " " + acceptNewVolume);
    }

    public UUID volume() {
        throw new UnsupportedOperationException();
    }

    /**
     * Lists by names alone: opens nothing, stats no file.
     *
     * @param resumable whether a staging directory can be gone on with; all others are moved to the trash
     */
    public Found list(Predicate<Path> resumable) throws IOException {
        throw new UnsupportedOperationException(resumable.toString());
    }

    /** What is in a data directory: complete chunks and interrupted downloads. */
    public record Found(List<ChunkDirectory> complete, List<ChunkDirectory> partial) {}

    /** Where a download writes; no I/O. */
    public Path staging(ChunkDirectory directory) {
        throw new UnsupportedOperationException(directory.toString());
    }

    /** Makes the staging directory if it is not there. */
    public Path prepare(ChunkDirectory directory) throws IOException {
        throw new UnsupportedOperationException(directory.toString());
    }

    /** Writes the record, forces the directory, renames it into place and forces the parents. */
    public void publish(ChunkDirectory directory, List<StoredFile> files) throws IOException {
        throw new UnsupportedOperationException(directory + " " + files);
    }

    /** What the record of a complete directory says. */
    public List<StoredFile> record(ChunkDirectory directory) throws IOException {
        throw new UnsupportedOperationException(directory.toString());
    }

    @Override
    public void close() {}
}
