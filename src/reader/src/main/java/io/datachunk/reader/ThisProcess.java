package io.datachunk.reader;

import io.datachunk.reader.format.ReaderFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process tells people about itself. */
final class ThisProcess {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private ThisProcess() {}

    static ReaderFile.Owner owner() {
        ProcessHandle process = ProcessHandle.current();
        String command =
                process.info().commandLine().or(() -> process.info().command()).orElse("java");
        return new ReaderFile.Owner(process.pid(), host(), command);
    }

    /** In a pod the pod's name. */
    private static String host() {
        try {
            return Files.readString(HOST_NAME).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
