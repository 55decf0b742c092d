package io.datachunk.reader.format;

import java.nio.file.Path;

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

    /** The name of the default state directory in a data directory. */
    public static final String DEFAULT_NAME = ".state";

    /** What the name of a reader's file ends with once it is complete and locked. */
    public static final String READER_SUFFIX = ".refs";

    private static final String STATE_PREFIX = "state.";

    /** Where a data directory has its state when nothing is configured. */
    public static StateDirectory defaultOf(Path dataDir) {
        return new StateDirectory(dataDir.resolve(DEFAULT_NAME));
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

    /** Whether a name is that of a state file of any epoch. */
    public static boolean isState(Path file) {
        return file.getFileName().toString().startsWith(STATE_PREFIX);
    }

    public Path readers() {
        return path.resolve("readers");
    }

    public Path pins() {
        return path.resolve("pins");
    }
}
