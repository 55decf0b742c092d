package io.datachunk.reader.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Which boot of the machine this is: the same in every container of a node, another after each boot. */
public final class BootId {
    private static final Path SOURCE = Path.of("/proc/sys/kernel/random/boot_id");

    private BootId() {}

    /**
     * Reads it.
     *
     * @throws IOException if this is no Linux
     */
    public static UUID current() throws IOException {
        return UUID.fromString(Files.readString(SOURCE).strip());
    }
}
