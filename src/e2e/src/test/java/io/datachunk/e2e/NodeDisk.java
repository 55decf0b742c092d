package io.datachunk.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The volume of a node, mounted as a disk is, and its state directory on a tmpfs.
 *
 * @param volume what is on the disk, mounted or not
 * @param data where it is mounted
 * @param state on a tmpfs
 */
record NodeDisk(Path volume, Path data, Path state) implements AutoCloseable {
    static NodeDisk create(Path directory) throws IOException {
        NodeDisk disk = new NodeDisk(
                Files.createDirectories(directory.resolve("volume")),
                Files.createDirectories(directory.resolve("data")),
                Files.createTempDirectory(Path.of("/dev/shm"), "datachunk-node"));
        // Workers are other users.
        Files.setAttribute(directory, "unix:mode", 0755);
        Files.setAttribute(disk.state, "unix:mode", 0755);
        disk.mount();
        return disk;
    }

    void mount() {
        Cluster.succeed(List.of("mount", "--bind", volume.toString(), data.toString()));
    }

    /** Leaves an empty directory. Pods that have it already keep it. */
    void unmount() {
        Cluster.succeed(List.of("umount", "--lazy", data.toString()));
    }

    /** As a boot does. */
    void forgetState() throws IOException {
        delete(state, false);
    }

    @Override
    public void close() {
        unmount();
        try {
            delete(state, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With all that is in it. */
    static void delete(Path directory, boolean itself) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (itself || !file.equals(directory)) {
                    Files.delete(file);
                }
            }
        }
    }
}
