package io.datachunk.manager.state;

import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.StateDirectory;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The {@code pins} of states of this boot that could not be read: which chunk a byte stood for is not known, so while any is
 * locked, every chunk is held. Owned by the {@link PublishedIndex}.
 */
final class OldPins {
    private static final String PREFIX = "pins.";

    private final List<Path> paths = new ArrayList<>();
    private final List<LockFile> files = new ArrayList<>();

    static Path nameFor(StateDirectory directory, long epoch) {
        return directory.path().resolve(PREFIX + epoch);
    }

    static OldPins of(StateDirectory directory) throws IOException {
        OldPins old = new OldPins();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory.path(), PREFIX + "*")) {
            for (Path path : found) {
                old.paths.add(path);
                old.files.add(LockFile.open(path, true));
            }
        }
        return old;
    }

    /** Whether any byte is locked; files without a lock go. */
    boolean holdSomething() throws IOException {
        Iterator<Path> path = paths.iterator();
        for (Iterator<LockFile> file = files.iterator(); file.hasNext(); ) {
            Path one = path.next();
            LockFile pins = file.next();
            Optional<FileLock> lock = pins.tryLock(0, Long.MAX_VALUE, false);
            if (lock.isEmpty()) {
                return true;
            }
            lock.get().release();
            Files.deleteIfExists(one);
            pins.close();
            path.remove();
            file.remove();
        }
        return false;
    }

    void close() throws IOException {
        for (LockFile file : files) {
            file.close();
        }
    }
}
