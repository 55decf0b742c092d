package io.datachunk.reader.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The names in a state directory.
 *
 * <pre>
 *   agent.lock        locked exclusively for the manager's life
 *   root              which epoch is current
 *   state.&lt;epoch&gt;     the index: the manager writes, readers map
 *   readers/*.refs    one file a reader process: it writes, the manager maps
 *   pins              byte <i>slot</i> is locked by readers that cannot write
 * </pre>
 */
public record StateDirectory(Path path) {
    /** The version of every format in this package; a reader and a manager need to agree on it. */
    public static final int ABI = 1;

    /** The byte of {@code agent.lock} that is locked for the manager's life. */
    public static final long AGENT_BYTE = 0;

    /** The byte of {@code agent.lock} that a manager locks first, and keeps: readers that have the other one let go of it. */
    public static final long BEGINNING_BYTE = 1;

    /** The name of the default state directory in a data directory. */
    public static final String DEFAULT_NAME = ".state";

    /** What the name of a reader's file ends with once it is complete and locked. */
    public static final String READER_SUFFIX = ".refs";

    /** What the name of a reader's file ends with before that. */
    public static final String UNFINISHED_SUFFIX = ".tmp";

    private static final String STATE_PREFIX = "state.";
    private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs", "hugetlbfs");

    /** Where a data directory has its state when nothing is configured. */
    public static StateDirectory defaultOf(Path dataDir) {
        return new StateDirectory(dataDir.resolve(DEFAULT_NAME));
    }

    /** Whether no disk is behind it: a store into a mapped file on a disk stalls while the disk flushes. */
    public boolean isInMemory() throws IOException {
        return MEMORY.contains(Files.getFileStore(readers()).type());
    }

    public Path agentLock() {
        return path.resolve("agent.lock");
    }

    public Path root() {
        return path.resolve("root");
    }

    public Path state(long epoch) {
        return path.resolve(STATE_PREFIX + epoch);
    }

    /** The epoch of a state file by its name; empty if it is none. */
    public static OptionalLong epochOf(Path file) {
        String name = file.getFileName().toString();
        if (!name.startsWith(STATE_PREFIX)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(name, STATE_PREFIX.length(), name.length(), 10));
        } catch (NumberFormatException notOurs) {
            return OptionalLong.empty();
        }
    }

    public Path readers() {
        return path.resolve("readers");
    }

    public Path pins() {
        return path.resolve("pins");
    }
}
