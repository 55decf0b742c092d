package io.datachunk.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the figures were measured on. */
final class Machine {
    private Machine() {}

    static void describe(Setting setting) throws IOException {
        String processor;
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            processor = lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
        System.out.printf(
                "%d × %s, Linux %s, Java %s, chunks on %s, %d repeats%n",
                Runtime.getRuntime().availableProcessors(),
                processor,
                System.getProperty("os.version"),
                Runtime.version(),
                Files.getFileStore(setting.disk()).type(),
                setting.repeats());
    }

    /** Whether what was read from disks can be forgotten here. */
    static boolean canForget() {
        return Files.isWritable(Path.of("/proc/sys/vm/drop_caches"));
    }

    /** Writes back what is dirty and forgets what was read, inodes and directories too. */
    static void forget() throws IOException, InterruptedException {
        new ProcessBuilder("sync").start().waitFor();
        Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "3");
    }
}
