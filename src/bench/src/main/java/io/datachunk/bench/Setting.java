package io.datachunk.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where and how much is measured. Immutable.
 *
 * @param quick whether to show only that everything runs: fewer repeats of less, whose figures say little
 * @param disk a directory on the disk that chunks would be on
 * @param memory a directory on tmpfs
 */
record Setting(boolean quick, Path disk, Path memory) {

    /** How often each contestant runs; medians of five are what the goals are about. */
    int repeats() {
        return quick ? 2 : 5;
    }

    int amount(int full, int quickly) {
        return quick ? quickly : full;
    }

    /** A new directory that is gone at the end. */
    Scratch onDisk() throws IOException {
        return new Scratch(Files.createTempDirectory(disk, "datachunk-bench"));
    }

    Scratch inMemory() throws IOException {
        return new Scratch(Files.createTempDirectory(memory, "datachunk-bench"));
    }
}
