package io.datachunk.manager.store;

import io.datachunk.manager.StoredFile;
import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The data directory of one manager. Thread-safe; every method does I/O unless it says otherwise. Symbolic links below
 * the data directory are never followed, and nothing is ever removed that has no name of ours.
 */
public final class ChunkStore implements AutoCloseable {
    private final Layout layout;
    private final Volume volume;
    private final Trash trash;
    private final DatasetDirectories datasets;
    private final Publication publication;

    private ChunkStore(Layout layout, Volume volume) {
        this.layout = layout;
        this.volume = volume;
        this.trash = new Trash(layout.trash());
        this.datasets = new DatasetDirectories(layout);
        this.publication = new Publication(layout, datasets);
    }

    /**
     * Takes the data directory for this process: checks or writes {@code .volume} and locks it.
     *
     * @param remembered the volume that somebody remembers this node to have; empty: nobody does
     * @param acceptNewVolume whether to begin on another volume than the remembered one
     * @throws VolumeMissingException if the directory is missing or empty, not ours, or another volume than remembered
     * @throws VolumeInUseException if another manager has it
     * @throws IOException in one line that says what to change: no directory, not writable, not ours
     */
    public static ChunkStore open(Path dataDir, Optional<UUID> remembered, boolean acceptNewVolume) throws IOException {
        Layout layout = new Layout(dataDir.toAbsolutePath().normalize());
        Volume volume = Volume.take(layout.dataDir(), remembered, acceptNewVolume);
        try {
            makeDirectories(layout);
            return new ChunkStore(layout, volume);
        } catch (IOException | RuntimeException e) {
            volume.close();
            throw e;
        }
    }

    /** No I/O. */
    public UUID volume() {
        return volume.uuid();
    }

    /**
     * Lists by names alone: opens nothing, stats no file. A directory that cannot be listed is logged and passed over.
     *
     * @param resumable whether a staging directory can be gone on with; all others are moved to the trash
     */
    public Found list(Predicate<Path> resumable) throws IOException {
        return new Listing(layout).list(resumable, trash);
    }

    /** What is in a data directory: complete chunks and interrupted downloads, in no order. Immutable. */
    public record Found(List<ChunkDirectory> complete, List<ChunkDirectory> partial) {
        public Found {
            complete = List.copyOf(complete);
            partial = List.copyOf(partial);
        }
    }

    /** Where a download writes; no I/O. */
    public Path staging(ChunkDirectory directory) {
        return layout.staging(directory);
    }

    /** Makes the staging directory if it is not there. */
    public Path prepare(ChunkDirectory directory) throws IOException {
        return makeDirectory(layout.staging(directory));
    }

    /**
     * Writes the record, removes what is not in {@code files}, forces the directory, renames it into place and forces the
     * parents. Does nothing if that was done before with the same files. When it throws, the staging directory still is
     * one; it may have lost what resuming needs.
     */
    public void publish(ChunkDirectory directory, List<StoredFile> files) throws IOException {
        publication.publish(directory, files);
    }

    /**
     * What the record of a complete directory says.
     *
     * @throws IOException if there is none, or it cannot be read
     */
    public List<StoredFile> record(ChunkDirectory directory) throws IOException {
        return ChunkRecord.read(layout.complete(directory));
    }

    /** Gives the data directory back. To be called after whatever uses this store has ended. */
    @Override
    public void close() throws IOException {
        volume.close();
    }

    /** No I/O. */
    Layout layout() {
        return layout;
    }

    /** No I/O. */
    Trash trash() {
        return trash;
    }

    void removeIfEmpty(DatasetId dataset) {
        datasets.removeIfEmpty(dataset);
    }

    private static void makeDirectories(Layout layout) throws IOException {
        boolean made = false;
        for (Path path : List.of(layout.chunks(), layout.staging(), layout.trash())) {
            made |= !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
            makeDirectory(path);
            if (!deviceOf(path).equals(deviceOf(layout.dataDir()))) {
                throw new IOException(path + " is on another file system than " + layout.dataDir()
                        + ", and renames need one: unmount it");
            }
        }
        if (made) {
            Durable.forceDirectory(layout.dataDir());
        }
    }

    private static Path makeDirectory(Path path) throws IOException {
        try {
            return Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(path + " is not a directory: move it away", e);
            }
            return path;
        }
    }

    private static Object deviceOf(Path path) throws IOException {
        return Files.getAttribute(path, "unix:dev");
    }
}
