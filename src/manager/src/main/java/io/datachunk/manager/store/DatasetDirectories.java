package io.datachunk.manager.store;

import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of datasets, which come with their first chunk and go after their last. Thread-safe: one lock keeps a
 * directory from going between its making and the rename into it, and guards {@code forced}.
 */
final class DatasetDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetDirectories.class);

    private final Layout layout;
    private final ReentrantLock lock = new ReentrantLock();

    /** Whose names are known to be on disk. One that was there before may be left by a process that died before forcing it. */
    private final Set<DatasetId> forced = new HashSet<>();

    DatasetDirectories(Layout layout) {
        this.layout = layout;
    }

    /** Makes a dataset's directory ahead of {@link #moveIn}, which makes it again should it have gone meanwhile. */
    void prepare(DatasetId dataset) throws IOException {
        lock.lock();
        try {
            make(dataset);
        } finally {
            lock.unlock();
        }
    }

    /** Gives a staging directory its final name, which the caller needs to force. */
    void moveIn(ChunkDirectory directory) throws IOException {
        lock.lock();
        try {
            make(directory.dataset());
            Seam.PUBLISH_DATASET_MADE.reached();
            Durable.rename(layout.staging(directory), layout.complete(directory));
        } finally {
            lock.unlock();
        }
    }

    /** Removes a dataset's directory if nothing is in it. Leaves it where a chunk is coming: then it is of use. */
    void removeIfEmpty(DatasetId dataset) {
        if (!lock.tryLock()) {
            return;
        }
        try {
            Path path = layout.dataset(dataset);
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.delete(path);
                forced.remove(dataset);
            }
        } catch (DirectoryNotEmptyException | NoSuchFileException inUseOrGone) {
            // as it should be
        } catch (IOException e) {
            LOG.debug("an empty dataset directory stays: {}", e.toString());
        } finally {
            lock.unlock();
        }
    }

    private void make(DatasetId dataset) throws IOException {
        Path path = layout.dataset(dataset);
        try {
            Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(path + " is not a directory: move it away", e);
            }
        }
        if (!forced.contains(dataset)) {
            Durable.forceDirectory(layout.chunks());
            forced.add(dataset);
        }
    }
}
