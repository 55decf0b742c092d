package io.datachunk.manager.store;

import static io.datachunk.manager.store.Samples.FILES;
import static io.datachunk.manager.store.Samples.directory;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.Reason;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes that are full, read-only, in part unreadable, or put together of several: each in a process of its own. */
class HostileVolumeTest {
    private static final ChunkDirectory CHUNK = directory(1, 1);

    @TempDir
    Path data;

    /** Runs one of the cases below on what is mounted, and says ok. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws Exception {
            Path data = Path.of(arguments[1]);
            switch (arguments[0]) {
                case "full" -> full(data);
                case "no inodes" -> noInodes(data);
                case "refused" -> refused(data);
                case "list" -> list(data);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }

        /** The record finds no room; once there is some, the same call succeeds. */
        private static void full(Path data) throws IOException {
            ChunkStore store = ChunkStore.open(data, Optional.empty(), false);
            Samples.download(store, CHUNK);
            SpaceLedger ledger = new SpaceLedger(data, 0);
            ledger.begin(CHUNK, () -> 0);
            assertThat(ledger.reserve(CHUNK, 100_000)).isTrue();
            Path filler = fill(data);
            assertThat(ledger.reserve(CHUNK, 100_001)).isFalse();
            assertThat(ledger.freeBytes()).isNegative();

            IOException failure = failureOf(() -> store.publish(CHUNK, FILES));
            assertThat(Reason.ofDiskFailure(failure)).isEqualTo(Reason.INSUFFICIENT_SPACE);
            assertThat(store.list(staging -> true).partial()).containsExactly(CHUNK);

            Files.delete(filler);
            store.publish(CHUNK, FILES);
            assertThat(store.record(CHUNK)).isEqualTo(FILES);
            System.out.println("ok");
        }

        private static void noInodes(Path data) throws IOException {
            ChunkStore store = ChunkStore.open(data, Optional.empty(), false);
            List<Path> fillers = new ArrayList<>();
            IOException failure = failureOf(() -> {
                while (true) {
                    fillers.add(Files.createFile(data.resolve("filler" + fillers.size())));
                }
            });
            assertThat(failure).hasMessageContaining("No space left");

            assertThat(Reason.ofDiskFailure(failureOf(() -> store.prepare(CHUNK))))
                    .isEqualTo(Reason.INSUFFICIENT_SPACE);

            for (Path filler : fillers) {
                Files.delete(filler);
            }
            Samples.publish(store, CHUNK);
            System.out.println("ok");
        }

        private static void refused(Path data) {
            System.out.println(failureOf(() -> ChunkStore.open(data, Optional.empty(), false))
                    .getMessage());
        }

        private static void list(Path data) throws IOException {
            try (ChunkStore store = ChunkStore.open(data, Optional.empty(), false)) {
                store.list(staging -> true).complete().forEach(chunk -> System.out.println("found " + chunk.name()));
            }
        }

        private static Path fill(Path data) throws IOException {
            Path filler = data.resolve("filler");
            byte[] page = new byte[4_096];
            try (FileChannel file = FileChannel.open(filler, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                failureOf(() -> {
                    while (true) {
                        file.write(ByteBuffer.wrap(page));
                    }
                });
            }
            return filler;
        }

        private static IOException failureOf(Action action) {
            try {
                action.run();
            } catch (IOException e) {
                return e;
            }
            throw new AssertionError("no failure");
        }

        /** Something that should fail. */
        private interface Action {
            void run() throws IOException;
        }
    }

    @Test
    void waitsForRoomOnAFullVolume() throws Exception {
        assertThat(mounted("mount -t tmpfs -o size=1m tmpfs \"$0\"", "full")).endsWith("ok\n");
    }

    @Test
    void waitsForInodes() throws Exception {
        assertThat(mounted("mount -t tmpfs -o size=1m,nr_inodes=40 tmpfs \"$0\"", "no inodes"))
                .endsWith("ok\n");
    }

    @Test
    void refusesAVolumeThatIsMountedReadOnly() throws Exception {
        assertThat(mounted("mount -t tmpfs -o ro tmpfs \"$0\"", "refused"))
                .endsWith(data + " cannot be written: mount it read-write, and let this user write to it\n");
    }

    @Test
    void refusesAVolumeInWhichARenameWouldCrossFileSystems() throws Exception {
        ChunkStore.open(data, Optional.empty(), false).close();

        assertThat(mounted("mount -t tmpfs tmpfs \"$0/staging\"", "refused"))
                .contains("staging is on another file system than " + data);
    }

    @Test
    void listsTheOthersWhenOneDirectoryCannotBeRead() throws Exception {
        ChunkDirectory unreadable = directory(2, 2);
        try (ChunkStore store = ChunkStore.open(data, Optional.empty(), false)) {
            Samples.publish(store, CHUNK);
            Samples.publish(store, unreadable);
        }
        Path dataset = data.resolve("chunks/" + unreadable.dataset());
        Set<PosixFilePermission> before = Files.getPosixFilePermissions(dataset);
        Files.setPosixFilePermissions(dataset, Set.of());
        try {
            // Root may read everything, unless it is told to do without that.
            List<String> obeying = List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");
            List<String> prefix = Files.isReadable(dataset) ? obeying : List.<String>of();
            List<String> probe = new ArrayList<>(prefix);
            probe.addAll(List.of("sh", "-c", "! ls \"$0\"", dataset.toString()));
            ChildJvm.require("setpriv", probe);
            List<String> command = new ArrayList<>(prefix);
            command.addAll(ChildJvm.command(Main.class, List.of(), "list", data));

            assertThat(ChildJvm.run(command).output())
                    .contains("found " + CHUNK.name())
                    .doesNotContain("found " + unreadable.name())
                    .contains(dataset + " cannot be listed");
        } finally {
            Files.setPosixFilePermissions(dataset, before);
        }
    }

    private String mounted(String mount, String test) throws IOException, InterruptedException {
        ChildJvm.require(
                "root and mount namespaces",
                List.of("unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", data.toString()));
        List<String> command =
                new ArrayList<>(List.of("unshare", "-m", "sh", "-ec", mount + "; exec \"$@\"", data.toString()));
        command.addAll(ChildJvm.command(Main.class, List.of(), test, data));
        return ChildJvm.run(command).output();
    }
}
