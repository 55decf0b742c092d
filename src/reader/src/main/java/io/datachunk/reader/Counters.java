package io.datachunk.reader;

import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.ReaderFile;
import io.datachunk.reader.format.StateDirectory;
import io.datachunk.reader.format.StateFile;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * References as counters in a file of this process, one a slot and stripe. Thread-safe.
 *
 * <p>The lock is only ever released by {@link #leave} or by the end of the process.
 */
final class Counters implements References {
    private static final int ATTEMPTS = 10;

    private final Path path;
    private final LockFile file;
    private final FileLock lock;
    private final ReaderFile counters;

    private Counters(Path path, LockFile file, FileLock lock, ReaderFile counters) {
        this.path = path;
        this.file = file;
        this.lock = lock;
        this.counters = counters;
    }

    /** Makes a file of this process in {@code readers/}: nobody sees it before it is whole and locked. */
    static Counters create(StateDirectory directory, StateFile state) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return create(directory, state, newName());
            } catch (FileSystemException e) {
                // The manager takes an unfinished file for a dead process's if this one pauses for seconds here.
                if (attempt == ATTEMPTS || !Files.isWritable(directory.readers())) {
                    throw e;
                }
            }
        }
    }

    /** Nobody else's: LockFile would refuse it. Not by a secure source of randomness, which takes longer to load than all of the rest. */
    private static String newName() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private static Counters create(StateDirectory directory, StateFile state, String name) throws IOException {
        Path unfinished = directory.readers().resolve(name + StateDirectory.UNFINISHED_SUFFIX);
        Path path = directory.readers().resolve(name + StateDirectory.READER_SUFFIX);
        LockFile file = LockFile.create(unfinished, ReaderFile.bytes(state.capacity()));
        try {
            MappedByteBuffer zeros = file.map(true);
            ReaderFile counters = ReaderFile.write(zeros, state.capacity(), state.epoch(), ThisProcess.owner());
            Optional<FileLock> lock = file.tryLock(0, 1, false);
            if (lock.isEmpty()) {
                throw new FileSystemException(unfinished.toString(), null, "was taken for a dead process's file");
            }
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-r--r--"));
            Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
            return new Counters(path, file, lock.get(), counters);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(unfinished);
            file.close();
            throw e;
        }
    }

    /** The mapped counters, for {@link Attachment} to count in without a call through an interface. */
    ReaderFile file() {
        return counters;
    }

    @Override
    public boolean acquire(int slot, int stripe) {
        counters.add(stripe, slot, 1);
        return true;
    }

    @Override
    public void release(int slot, int stripe) {
        counters.add(stripe, slot, -1);
    }

    @Override
    public boolean holds(int slot) {
        return slot < counters.capacity() && counters.holds(slot);
    }

    @Override
    public boolean holdsAnything() {
        return counters.holdsAnything();
    }

    @Override
    public void tick() {
        counters.beat();
    }

    @Override
    public void leave() throws IOException {
        try {
            Files.deleteIfExists(path);
        } finally {
            lock.release();
            file.close();
        }
    }
}
