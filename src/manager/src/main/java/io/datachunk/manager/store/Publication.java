package io.datachunk.manager.store;

import io.datachunk.manager.StoredFile;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a downloaded directory becomes a complete one: everything in it is forced, then one rename, then the parents are
 * forced. Immutable.
 *
 * <p>Before the rename any failure leaves a staging directory. After it nothing may fail: the chunk is there for every
 * later start, so it has to be there for this process as well.
 */
record Publication(Layout layout, DatasetDirectories datasets) {
    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    void publish(ChunkDirectory directory, List<StoredFile> files) throws IOException {
        Path staging = layout.staging(directory);
        if (!Files.isDirectory(staging, LinkOption.NOFOLLOW_LINKS)) {
            requirePublished(directory, files);
            forceParents(directory);
            return;
        }
        Seam.PUBLISH_BEGUN.reached();
        requireWhole(staging, files);
        Durable.write(staging.resolve(ChunkRecord.FILE_NAME), ChunkRecord.toJson(files));
        Seam.PUBLISH_RECORDED.reached();
        // Whatever may fail for want of room goes before the removal of what a resume needs: all bytes would come
        // again.
        datasets.prepare(directory.dataset());
        removeOthers(staging, files);
        Seam.PUBLISH_CLEANED.reached();
        Durable.forceDirectory(staging);
        Seam.PUBLISH_FORCED.reached();
        datasets.moveIn(directory);
        Seam.PUBLISH_RENAMED.reached();
        forceParents(directory);
        Seam.PUBLISH_DONE.reached();
    }

    /** The rename may have happened, and the answer got lost. */
    private void requirePublished(ChunkDirectory directory, List<StoredFile> files) throws IOException {
        Path complete = layout.complete(directory);
        if (!Files.isDirectory(complete, LinkOption.NOFOLLOW_LINKS)
                || !ChunkRecord.read(complete).equals(files)) {
            throw new IOException(layout.staging(directory) + " is gone before it was published");
        }
    }

    /** A last look at lengths: it costs microseconds, and nothing incomplete may ever get a complete name. */
    private static void requireWhole(Path staging, List<StoredFile> files) throws IOException {
        for (StoredFile file : files) {
            Path path = staging.resolve(file.name());
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile() || attributes.size() != file.sizeBytes()) {
                throw new IOException(
                        path + " needs to be a file of " + file.sizeBytes() + " bytes, but has " + attributes.size());
            }
        }
    }

    /** What the download kept for itself has no place in a chunk. */
    private static void removeOthers(Path staging, List<StoredFile> files) throws IOException {
        Set<String> wanted = new HashSet<>();
        files.forEach(file -> wanted.add(file.name()));
        wanted.add(ChunkRecord.FILE_NAME);
        try (DirectoryStream<Path> others = Files.newDirectoryStream(
                staging, entry -> !wanted.contains(entry.getFileName().toString()))) {
            for (Path other : others) {
                if (Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)) {
                    throw new IOException(other + " is not ours: move it away, and the chunk can be published");
                }
                Files.deleteIfExists(other);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private void forceParents(ChunkDirectory directory) {
        try {
            Durable.forceDirectory(layout.dataset(directory.dataset()));
            Durable.forceDirectory(layout.staging());
        } catch (IOException e) {
            LOG.warn(
                    "chunk {} is published, but a power failure now might undo that: {}", directory.id(), e.toString());
        }
    }
}
