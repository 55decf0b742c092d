package io.datachunk.manager.state;

import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.StateDirectory;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code agent.lock}, locked for as long as this process is the manager of a state directory.
 *
 * <p>Readers that find no manager keep a shared lock on one byte while they watch for a heartbeat. The other byte is locked
 * first: it keeps other managers out, and tells those readers to let go.
 */
final class AgentLock implements AutoCloseable {
    private static final long POLL_NANOS = 20_000_000;

    /** In the order in which they are locked. */
    private static final long[] BYTES = {StateDirectory.BEGINNING_BYTE, StateDirectory.AGENT_BYTE};

    private final LockFile file;
    private final List<FileLock> locks;

    private AgentLock(LockFile file, List<FileLock> locks) {
        this.file = file;
        this.locks = List.copyOf(locks);
    }

    /** @throws IOException if another process has it for as long as the patience lasts */
    static AgentLock take(StateDirectory directory, Duration patience) throws IOException {
        Path path = directory.agentLock();
        LockFile file = openOrCreate(path);
        List<FileLock> locks = new ArrayList<>();
        try {
            long begin = System.nanoTime();
            while (locks.size() < BYTES.length) {
                Optional<FileLock> next = file.tryLock(BYTES[locks.size()], 1, false);
                if (next.isPresent()) {
                    locks.add(next.get());
                } else if (System.nanoTime() - begin > patience.toNanos()) {
                    throw new IOException("another agent runs with the state directory " + directory.path()
                            + " (its agent.lock is locked): stop that one, or give this one another directory");
                } else {
                    pause();
                }
            }
            return new AgentLock(file, locks);
        } catch (IOException | RuntimeException e) {
            new AgentLock(file, locks).close();
            throw e;
        }
    }

    private static LockFile openOrCreate(Path path) throws IOException {
        while (true) {
            try {
                return LockFile.open(path, true);
            } catch (NoSuchFileException absent) {
                try {
                    LockFile made = LockFile.create(path, 0);
                    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
                    return made;
                } catch (FileAlreadyExistsException another) {
                    // made by another manager meanwhile
                }
            }
        }
    }

    /** Waits although this thread is interrupted, which stays pending. */
    private static void pause() {
        boolean interrupted = Thread.interrupted();
        LockSupport.parkNanos(POLL_NANOS);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Which file is locked. */
    Object key() {
        return file.key();
    }

    @Override
    public void close() throws IOException {
        for (FileLock lock : locks) {
            lock.release();
        }
        file.close();
    }
}
