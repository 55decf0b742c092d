package io.datachunk.manager.state;

import io.datachunk.reader.format.ReaderFile;
import io.datachunk.reader.format.StateDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes that count their references in {@code readers/}, as far as they are known. Owned by the
 * {@link PublishedIndex}.
 *
 * <p>A file that vanishes while it counts something has not been left by its process, which removes it only when nothing is
 * held: somebody wiped the directory. It goes on counting while the process lives.
 */
final class ReaderFiles {
    private static final Logger LOG = LoggerFactory.getLogger(ReaderFiles.class);

    private final StateDirectory directory;
    private final StateTimes times;
    private final Map<Path, KnownReader> known = new HashMap<>();

    /** Files that could not be opened, which nobody can tell anything about. */
    private final Set<Path> unopened = new HashSet<>();

    ReaderFiles(StateDirectory directory, StateTimes times) {
        this.directory = directory;
        this.times = times;
    }

    /** Lists them again; the dead and those that left are forgotten, and their files removed. */
    void refresh() throws IOException {
        long now = System.nanoTime();
        Set<Path> listed = list();
        unopened.retainAll(listed);
        for (Path path : listed) {
            if (!known.containsKey(path)) {
                meet(path, now);
            }
        }
        for (Iterator<KnownReader> each = known.values().iterator(); each.hasNext(); ) {
            KnownReader reader = each.next();
            boolean gone = !listed.contains(reader.path());
            // Nothing is held by an unfinished file: one that is gone has got its name, and is known by that.
            if (reader.isDead(now, times) || gone && (reader.isUnfinished() || !reader.holdsAnything())) {
                Files.deleteIfExists(reader.path());
                reader.close();
                each.remove();
            }
        }
    }

    private Set<Path> list() throws IOException {
        Set<Path> listed = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.readers())) {
            for (Path path : files) {
                String name = path.getFileName().toString();
                if (name.endsWith(StateDirectory.READER_SUFFIX) || name.endsWith(StateDirectory.UNFINISHED_SUFFIX)) {
                    listed.add(path);
                }
            }
        } catch (NoSuchFileException wiped) {
            // found out by the heartbeat; those that are known go on counting
        }
        return listed;
    }

    private void meet(Path path, long now) {
        try {
            KnownReader reader = KnownReader.open(path, now);
            known.put(path, reader);
            unopened.remove(path);
            if (!reader.isUnfinished() && reader.counters() == null) {
                LOG.warn(
                        "{} is of a version that this agent does not understand: while its process lives, no chunk is"
                                + " deleted. Run a datachunk-reader of this agent's release.",
                        path);
            }
        } catch (NoSuchFileException left) {
            // holds nothing
        } catch (IOException e) {
            if (path.toString().endsWith(StateDirectory.READER_SUFFIX) && unopened.add(path)) {
                LOG.warn("{} cannot be read, so no chunk is deleted until it can or is gone", path, e);
            }
        }
    }

    /** Whether some process may hold any chunk, for all that can be told. */
    boolean mayHoldEverything(long pinningEpoch) {
        return !unopened.isEmpty() || known.values().stream().anyMatch(reader -> reader.isUnreadable(pinningEpoch));
    }

    /** Whether some process holds what is in a slot. */
    boolean hold(int slot) {
        for (KnownReader reader : known.values()) {
            if (reader.holds(slot)) {
                return true;
            }
        }
        return false;
    }

    /** Those whose counts can be read. */
    Collection<KnownReader> all() {
        return known.values();
    }

    /** Whether the process behind a file that cannot be read otherwise can be named. */
    static ReaderFile.Owner ownerOf(KnownReader reader) {
        ReaderFile counters = reader.counters();
        return counters == null ? new ReaderFile.Owner(0, "", reader.path().toString()) : counters.owner();
    }

    void close() throws IOException {
        for (KnownReader reader : known.values()) {
            reader.close();
        }
        known.clear();
    }
}
