package io.datachunk.reader;

import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.StateDirectory;
import io.datachunk.reader.format.StateFile;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds out whether the locks of this process and the manager's are the same kernel's: where they are not (a sandbox with a
 * kernel of its own, a file copied up by an overlay), the manager would not see what this process holds.
 *
 * <p>A live manager has {@code agent.lock} locked. If this process gets a shared lock on it, there is none, or it is in
 * another lock domain, and then its heartbeat moves.
 */
final class AgentCheck {
    private AgentCheck() {}

    /** @throws IOException if the manager is out of reach of this process's locks */
    static void check(StateDirectory directory, StateFile state, ReaderOptions options) throws IOException {
        LockFile file;
        try {
            file = LockFile.open(directory.agentLock(), false);
        } catch (NoSuchFileException e) {
            throw Refusals.noAgent(directory);
        }
        try {
            Optional<FileLock> lock = file.tryLock(StateDirectory.AGENT_BYTE, 1, true);
            if (lock.isPresent()) {
                try {
                    watch(directory, state, file, options);
                } finally {
                    lock.get().release();
                }
            }
        } finally {
            file.close();
        }
    }

    /** Keeps the lock meanwhile, so that no manager can begin and move the heartbeat rightfully. */
    private static void watch(StateDirectory directory, StateFile state, LockFile file, ReaderOptions options)
            throws IOException {
        long begin = System.nanoTime();
        long heartbeat = state.heartbeat();
        boolean interrupted = false;
        try {
            while (System.nanoTime() - begin < options.watchMs() * 1_000_000) {
                LockSupport.parkNanos(options.pollMs() * 1_000_000);
                interrupted |= Thread.interrupted();
                if (state.heartbeat() != heartbeat) {
                    throw Refusals.otherLockDomain(directory);
                }
                if (aManagerWaits(file)) {
                    return;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A manager that begins says so with a second byte: readers that watch one after the other would keep it out. */
    private static boolean aManagerWaits(LockFile file) throws IOException {
        Optional<FileLock> lock = file.tryLock(StateDirectory.BEGINNING_BYTE, 1, true);
        if (lock.isPresent()) {
            lock.get().release();
        }
        return lock.isEmpty();
    }
}
