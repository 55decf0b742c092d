package io.datachunk.manager.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Where directories go on their way out: one rename, and they are nothing but bytes to unlink. Thread-safe. */
final class Trash {
    /** Such a name was given here; anything else in the trash is not ours. */
    private static final Pattern NAME = Pattern.compile("[0-9a-f-]+\\.[0-9]+\\.[0-9a-f]{16}");

    private final Path path;
    private volatile Runnable arrived = () -> {};

    Trash(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** Called whenever something has come by {@link #put}. */
    void onArrival(Runnable listener) {
        arrived = listener;
    }

    /** Moves a directory here and leaves it to whoever listens. */
    void put(Path directory) throws IOException {
        if (move(directory).isPresent()) {
            arrived.run();
        }
    }

    /** Moves a directory here; empty if it is not there. */
    Optional<Path> move(Path directory) throws IOException {
        String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Path target = path.resolve(directory.getFileName() + "." + unique);
        try {
            Durable.rename(directory, target);
            return Optional.of(target);
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    /** What is here and ours. */
    List<Path> entries() throws IOException {
        List<Path> ours = new ArrayList<>();
        Strangers strangers = new Strangers(path);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                if (NAME.matcher(entry.getFileName().toString()).matches()) {
                    ours.add(entry);
                } else {
                    strangers.add(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        strangers.log();
        return ours;
    }
}
