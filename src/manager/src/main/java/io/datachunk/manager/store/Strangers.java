package io.datachunk.manager.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what is in a directory of ours and is not ours, to say so in one line. Used by one thread. */
final class Strangers {
    private static final Logger LOG = LoggerFactory.getLogger(Strangers.class);

    private final Path directory;
    private int count;
    private @Nullable Path first;

    Strangers(Path directory) {
        this.directory = directory;
    }

    void add(Path entry) {
        if (count++ == 0) {
            first = entry.getFileName();
        }
    }

    void log() {
        if (count > 0) {
            LOG.warn("{} entries of {} are not ours and are left alone, {} among them", count, directory, first);
        }
    }
}
