package io.datachunk.reader;

import io.datachunk.reader.format.ReaderFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process tells people about itself. */
final class ThisProcess {
    private static final Path SELF = Path.of("/proc/self");
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private ThisProcess() {}

    static ReaderFile.Owner owner() throws IOException {
        return new ReaderFile.Owner(pid(), host(), command());
    }

    /** From the kernel, for the JDK's handle of a process takes 5 ms to load. */
    private static long pid() throws IOException {
        return Long.parseLong(Files.readSymbolicLink(SELF).toString());
    }

    /** The main class or jar: a whole command line has a class path before it, and may have secrets behind it. */
    private static String command() {
        String launched = System.getProperty("sun.java.command", "").strip();
        return launched.isEmpty()
                ? ProcessHandle.current().info().command().orElse("java")
                : "java " + launched.split(" ", 2)[0];
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
