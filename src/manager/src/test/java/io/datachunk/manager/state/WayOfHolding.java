package io.datachunk.manager.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** How the processes of a test see the data and the state, and so how they hold. */
enum WayOfHolding {
    COUNTERS,
    PINS,
    /** What a pod has that mounts everything read-only: other paths, and nothing to write. */
    READ_ONLY_MOUNT;

    private static final List<List<String>> UNSHARES =
            List.of(List.of("unshare", "--mount"), List.of("unshare", "--map-root-user", "--mount"));

    private static final String MOUNT_AND_EXECUTE = """
            set -e
            for i in 1 2; do
                mount --bind "$1" "$2"
                mount -o remount,bind,ro "$2"
                shift 2
            done
            exec "$@"
            """;

    /**
     * Where the state of a test is to be: in memory, but for pins, which are for where it is not.
     *
     * @param onDisk an empty directory
     */
    Path stateDirectory(Path onDisk) throws IOException {
        if (this == PINS) {
            return Files.createDirectory(onDisk.resolve("state"));
        }
        Path state = Fixtures.inMemory();
        require(Files.getFileStore(state).type().equals("tmpfs"), "a tmpfs on /dev/shm");
        return state;
    }

    /** A holder that begins to find and hold at once. */
    TalkingProcess start(Path data, Path state, Path empty, long seed) throws Exception {
        if (this != READ_ONLY_MOUNT) {
            return TalkingProcess.start(List.of(), HolderProcess.class, data, state, way(), seed);
        }
        Path seenData = Files.createDirectories(empty.resolve("seen/data"));
        Path seenState = Files.createDirectories(empty.resolve("seen/state"));
        List<String> by = new ArrayList<>(unshare(data, seenData, state, seenState));
        return TalkingProcess.start(by, HolderProcess.class, seenData, seenState, way(), seed);
    }

    private String way() {
        return this == PINS ? "pinning" : "automatic";
    }

    /** The command that executes another one where the second of each two paths is the first, read-only. */
    private static List<String> unshare(Path... mounts) throws Exception {
        for (List<String> unshare : UNSHARES) {
            List<String> command = new ArrayList<>(unshare);
            command.addAll(List.of("sh", "-c", MOUNT_AND_EXECUTE, "mount-and-execute"));
            for (Path mount : mounts) {
                command.add(mount.toString());
            }
            List<String> probe = new ArrayList<>(command);
            probe.add("true");
            if (new ProcessBuilder(probe).redirectErrorStream(true).start().waitFor() == 0) {
                return command;
            }
        }
        require(false, "the right to mount (root, or user namespaces)");
        throw new AssertionError("unreachable");
    }

    private static void require(boolean there, String what) {
        if (!there) {
            String reason = "needs " + what;
            assertThat(System.getenv("CI_REQUIRE_ALL")).as(reason).isNotEqualTo("true");
            System.out.println("skipped: " + reason);
            Assumptions.abort(reason);
        }
    }
}
