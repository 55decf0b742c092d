package io.datachunk.manager.store;

import io.datachunk.reader.format.LockFile;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's hold on a data directory: {@code .volume}, the one line {@code datachunk-volume 1 <uuid>}, locked until
 * close. Immutable.
 *
 * <p>A new volume's file is locked before it gets its name, and keeps the lock through the rename: of two managers that
 * start on one empty directory, one is refused, and no file is ever seen half-written. The file is read through the
 * {@link LockFile} only, for any other descriptor of this process would drop the lock when closed.
 */
final class Volume implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Volume.class);
    private static final String PREFIX = "datachunk-volume 1 ";
    private static final Pattern CONTENT =
            Pattern.compile(PREFIX + "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\n?");
    private static final int MAX_BYTES = 128;

    private final UUID uuid;
    private final LockFile file;
    private final FileLock lock;

    private Volume(UUID uuid, LockFile file, FileLock lock) {
        this.uuid = uuid;
        this.file = file;
        this.lock = lock;
    }

    /** Takes a data directory, as {@link ChunkStore#open} says. */
    static Volume take(Path dataDir, Optional<UUID> remembered, boolean acceptNewVolume) throws IOException {
        requireUsable(dataDir, remembered);
        Optional<UUID> required = acceptNewVolume ? Optional.empty() : remembered;
        if (!Files.exists(marker(dataDir), LinkOption.NOFOLLOW_LINKS)) {
            requireEmpty(dataDir, required);
            return create(dataDir, required);
        }
        return existing(dataDir, required);
    }

    UUID uuid() {
        return uuid;
    }

    @Override
    public void close() throws IOException {
        lock.release();
        file.close();
    }

    private static Path marker(Path dataDir) {
        return dataDir.resolve(Layout.VOLUME);
    }

    private static void requireUsable(Path dataDir, Optional<UUID> remembered) throws IOException {
        if (!Files.exists(dataDir)) {
            if (remembered.isPresent()) {
                throw missing(dataDir + " does not exist", remembered.get(), Optional.empty());
            }
            throw new IOException(dataDir + " does not exist: mount a volume there, or mkdir it");
        }
        if (!Files.isDirectory(dataDir)) {
            throw new IOException(dataDir + " is not a directory: name one");
        }
        if (!Files.isReadable(dataDir) || !Files.isExecutable(dataDir)) {
            throw new IOException(dataDir + " cannot be read: let this user read it");
        }
        if (!Files.isWritable(dataDir)) {
            throw new IOException(dataDir + " cannot be written: mount it read-write, and let this user write to it");
        }
    }

    private static void requireEmpty(Path dataDir, Optional<UUID> required) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(
                dataDir, entry -> !Layout.NOTHING.contains(entry.getFileName().toString()))) {
            for (Path entry : entries) {
                String notOurs =
                        dataDir + " is not ours: it holds " + entry.getFileName() + ", and no " + Layout.VOLUME;
                if (required.isPresent()) {
                    throw missing(notOurs, required.get(), Optional.empty());
                }
                throw new IOException(notOurs + ": use an empty directory");
            }
        }
        if (required.isPresent()) {
            throw missing(dataDir + " is empty", required.get(), Optional.empty());
        }
    }

    private static Volume create(Path dataDir, Optional<UUID> required) throws IOException {
        Path marker = marker(dataDir);
        Path temporary = dataDir.resolve(Layout.NEW_VOLUME);
        LockFile file = createOrOpen(dataDir, temporary);
        try {
            FileLock lock = lock(dataDir, file);
            if (!Files.exists(marker, LinkOption.NOFOLLOW_LINKS)) {
                UUID uuid = UUID.randomUUID();
                byte[] content = (PREFIX + uuid + "\n").getBytes(StandardCharsets.US_ASCII);
                if (file.read(MAX_BYTES).length > content.length) {
                    throw new IOException(temporary + " is not ours: move it away");
                }
                file.write(content);
                Seam.VOLUME_WRITTEN.reached();
                Durable.rename(temporary, marker);
                Seam.VOLUME_NAMED.reached();
                Durable.forceDirectory(dataDir);
                LOG.info("{} is volume {} from now on", dataDir, uuid);
                return new Volume(uuid, file, lock);
            }
            lock.release();
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
        // Another manager was here meanwhile, and gave the directory its marker.
        Files.deleteIfExists(temporary);
        file.close();
        return existing(dataDir, required);
    }

    private static LockFile createOrOpen(Path dataDir, Path temporary) throws IOException {
        try {
            return LockFile.create(temporary);
        } catch (FileAlreadyExistsException leftByAnother) {
            try {
                return openRegular(temporary);
            } catch (NoSuchFileException renamedMeanwhile) {
                throw new VolumeInUseException(dataDir);
            }
        }
    }

    private static Volume existing(Path dataDir, Optional<UUID> required) throws IOException {
        LockFile file = openRegular(marker(dataDir));
        try {
            FileLock lock = lock(dataDir, file);
            try {
                UUID uuid = read(file, marker(dataDir));
                if (required.isPresent() && !required.get().equals(uuid)) {
                    throw missing(dataDir + " is volume " + uuid, required.get(), Optional.of(uuid));
                }
                return new Volume(uuid, file, lock);
            } catch (IOException | RuntimeException e) {
                lock.release();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static LockFile openRegular(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(path + " is not a regular file: is this a data directory?");
        }
        return LockFile.open(path, true);
    }

    private static FileLock lock(Path dataDir, LockFile file) throws IOException {
        return file.tryLock(0, Long.MAX_VALUE, false).orElseThrow(() -> new VolumeInUseException(dataDir));
    }

    private static UUID read(LockFile file, Path path) throws IOException {
        Matcher matcher = CONTENT.matcher(new String(file.read(MAX_BYTES), StandardCharsets.US_ASCII));
        if (!matcher.matches()) {
            throw new IOException(path + " needs to be the one line \"" + PREFIX
                    + "<uuid>\", but is something else: put back what was there, or use an empty directory");
        }
        return UUID.fromString(matcher.group(1));
    }

    private static VolumeMissingException missing(String what, UUID remembered, Optional<UUID> found) {
        return new VolumeMissingException(
                what + ", but volume " + remembered + " was here before: mount that one, or accept a new volume",
                remembered,
                found);
    }
}
