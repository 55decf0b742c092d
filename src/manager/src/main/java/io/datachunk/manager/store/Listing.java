package io.datachunk.manager.store;

import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One walk over the names in a data directory. Used by one thread.
 *
 * <p>Names are all that is read of chunks: whether a name belongs to a directory that is whole is found out later, in the
 * background. What cannot be listed is logged and passed over.
 */
final class Listing {
    private static final Logger LOG = LoggerFactory.getLogger(Listing.class);

    private final Layout layout;
    private final List<ChunkDirectory> complete = new ArrayList<>();
    private final List<ChunkDirectory> partial = new ArrayList<>();

    Listing(Layout layout) {
        this.layout = layout;
    }

    ChunkStore.Found list(Predicate<Path> resumable, Trash trash) {
        listChunks();
        listStaging(resumable, trash);
        logStrangers();
        return new ChunkStore.Found(complete, partial);
    }

    private void listChunks() {
        Strangers strangers = new Strangers(layout.chunks());
        for (Path entry : entriesOf(layout.chunks())) {
            Optional<DatasetId> dataset = Layout.parseDataset(nameOf(entry));
            if (dataset.isPresent() && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                listDataset(dataset.get(), entry);
            } else {
                strangers.add(entry);
            }
        }
        strangers.log();
    }

    private void listDataset(DatasetId dataset, Path path) {
        Strangers strangers = new Strangers(path);
        for (String name : namesIn(path)) {
            Optional<ChunkDirectory> chunk = ChunkDirectory.parse(dataset, name);
            if (chunk.isPresent()) {
                complete.add(chunk.get());
            } else {
                strangers.add(path.resolve(name));
            }
        }
        strangers.log();
    }

    /** All of them at once, as no more than names: there may be thousands, and a start waits for them. */
    private static List<String> namesIn(Path directory) {
        @Nullable String[] names = directory.toFile().list();
        return names != null
                ? List.of(names)
                : entriesOf(directory).stream().map(Listing::nameOf).toList(); // for what the exception says
    }

    private void listStaging(Predicate<Path> resumable, Trash trash) {
        Strangers strangers = new Strangers(layout.staging());
        for (Path entry : entriesOf(layout.staging())) {
            Optional<ChunkDirectory> directory = Layout.parseStaging(nameOf(entry));
            if (directory.isEmpty()) {
                strangers.add(entry);
            } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) && resumable.test(entry)) {
                partial.add(directory.get());
            } else {
                throwAway(entry, trash);
            }
        }
        strangers.log();
    }

    private void logStrangers() {
        Strangers strangers = new Strangers(layout.dataDir());
        for (Path entry : entriesOf(layout.dataDir())) {
            String name = nameOf(entry);
            if (!Layout.DIRECTORIES.contains(name) && !Layout.NOTHING.contains(name) && !name.equals(Layout.VOLUME)) {
                strangers.add(entry);
            }
        }
        strangers.log();
    }

    private static void throwAway(Path torn, Trash trash) {
        try {
            trash.put(torn);
        } catch (IOException e) {
            LOG.warn("{} cannot be resumed, nor be removed: {}", torn, e.toString());
        }
    }

    private static List<Path> entriesOf(Path directory) {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                all.add(entry);
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.error("{} cannot be listed, what is in it is not offered: {}", directory, e.toString());
        }
        return all;
    }

    private static String nameOf(Path entry) {
        return entry.getFileName().toString();
    }
}
