package io.datachunk.manager.store;

import io.datachunk.manager.VolumeStatus;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who was promised how much of the volume. Free = what the file system says − the configured reserve − what was promised
 * and is not written yet. Thread-safe.
 *
 * <p>A download that moves is asked how much it has written each time; one that backs off is asked once, so that thousands
 * of partials cost nothing. The lock is never held while the file system is asked, which may take as long as a disk does.
 * Written bytes are asked before the file system, so bytes that come between count twice for a moment, and never not at all.
 */
public final class SpaceLedger {
    private static final Logger LOG = LoggerFactory.getLogger(SpaceLedger.class);

    private final Space space;
    private final long diskReserveBytes;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Map<ChunkDirectory, Promise> moving = new HashMap<>();
    private final Map<ChunkDirectory, Resting> resting = new HashMap<>();

    /** The sum over those that rest. */
    private long restingUnwrittenBytes;

    /** Counts the changes of promises. */
    private long changes;

    /** What a download may have in all, and how much of that it has written. */
    private record Promise(long totalBytes, LongSupplier written) {
        long unwrittenBytes() {
            return Math.max(0, totalBytes - written.getAsLong());
        }
    }

    /** The promise of a download that backs off. */
    private record Resting(long totalBytes, long unwrittenBytes) {}

    /** What the file system says. */
    interface Space {
        long capacityBytes() throws IOException;

        long availableBytes() throws IOException;
    }

    public SpaceLedger(Path dataDir, long diskReserveBytes) {
        this(new FileSystemSpace(dataDir), diskReserveBytes);
    }

    SpaceLedger(Space space, long diskReserveBytes) {
        this.space = space;
        this.diskReserveBytes = diskReserveBytes;
    }

    /**
     * A download of this directory begins or goes on. What it was promised before stays promised.
     *
     * @param written how many of its bytes are on the volume, those of earlier tries included; asked by any thread, so it
     *     may take no lock
     */
    public void begin(ChunkDirectory directory, LongSupplier written) {
        lock.lock();
        try {
            Promise before = moving.get(directory);
            long promised = before == null ? forgetResting(directory) : before.totalBytes;
            moving.put(directory, new Promise(promised, written));
            changes++;
        } finally {
            lock.unlock();
        }
    }

    /** A download backs off, or waits to be published: it keeps its promise, and writes no more. */
    public void rest(ChunkDirectory directory) {
        lock.lock();
        try {
            Promise promise = moving.remove(directory);
            if (promise != null) {
                Resting rests = new Resting(promise.totalBytes, promise.unwrittenBytes());
                resting.put(directory, rests);
                restingUnwrittenBytes += rests.unwrittenBytes;
                changes++;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Promises that the directory may have {@code totalBytes} in all; false and no other promise than before if there is
     * no room, or if the download has not begun or has ended.
     */
    public boolean reserve(ChunkDirectory directory, long totalBytes) {
        while (true) {
            long seen;
            long unwritten;
            lock.lock();
            try {
                Promise old = moving.get(directory);
                if (old == null) {
                    return false;
                }
                if (totalBytes <= old.totalBytes) {
                    promise(directory, new Promise(totalBytes, old.written));
                    return true;
                }
                seen = changes;
                unwritten =
                        saturatedAdd(unwrittenBytes(directory), new Promise(totalBytes, old.written).unwrittenBytes());
            } finally {
                lock.unlock();
            }
            if (!fits(unwritten)) {
                return false;
            }
            lock.lock();
            try {
                Promise old = moving.get(directory);
                if (old != null && changes == seen) {
                    promise(directory, new Promise(totalBytes, old.written));
                    return true;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** The directory is complete or gone: its promise is void. A download that backs off keeps its promise. */
    public void end(ChunkDirectory directory) {
        lock.lock();
        try {
            moving.remove(directory);
            var _ = forgetResting(directory);
            changes++;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that could be promised now; negative if the volume is over its limit. */
    public long freeBytes() throws IOException {
        return freeBytes(unwrittenBytes());
    }

    public VolumeStatus status() throws IOException {
        long reservedBytes = unwrittenBytes();
        return new VolumeStatus(space.capacityBytes(), space.availableBytes(), reservedBytes);
    }

    /** With the lock. */
    private void promise(ChunkDirectory directory, Promise promise) {
        moving.put(directory, promise);
        changes++;
    }

    /** With the lock; gives what it was promised in all. */
    private long forgetResting(ChunkDirectory directory) {
        Resting before = resting.remove(directory);
        if (before == null) {
            return 0;
        }
        restingUnwrittenBytes -= before.unwrittenBytes;
        return before.totalBytes;
    }

    private long unwrittenBytes() {
        lock.lock();
        try {
            return unwrittenBytes(null);
        } finally {
            lock.unlock();
        }
    }

    /** With the lock; of all but one. */
    private long unwrittenBytes(@Nullable ChunkDirectory but) {
        long sum = restingUnwrittenBytes;
        for (Map.Entry<ChunkDirectory, Promise> promise : moving.entrySet()) {
            if (!promise.getKey().equals(but)) {
                sum = saturatedAdd(sum, promise.getValue().unwrittenBytes());
            }
        }
        return sum;
    }

    private boolean fits(long unwrittenBytes) {
        try {
            return freeBytes(unwrittenBytes) >= 0;
        } catch (IOException e) {
            LOG.warn("the file system does not say how much room there is: {}", e.toString());
            return false;
        }
    }

    private long freeBytes(long unwrittenBytes) throws IOException {
        return saturatedAdd(space.availableBytes(), -saturatedAdd(unwrittenBytes, diskReserveBytes));
    }

    private static long saturatedAdd(long a, long b) {
        long sum = a + b;
        boolean overflow = ((a ^ sum) & (b ^ sum)) < 0;
        return overflow ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }

    /** Asks with one statvfs. Finding the file system reads the mount table, which is long on a node: once is enough. */
    private static final class FileSystemSpace implements Space {
        private final Path dataDir;
        private volatile @Nullable FileStore fileStore;

        FileSystemSpace(Path dataDir) {
            this.dataDir = dataDir;
        }

        @Override
        public long capacityBytes() throws IOException {
            return fileStore().getTotalSpace();
        }

        @Override
        public long availableBytes() throws IOException {
            return fileStore().getUsableSpace();
        }

        private FileStore fileStore() throws IOException {
            FileStore found = fileStore;
            if (found == null) {
                found = Files.getFileStore(dataDir);
                fileStore = found;
            }
            return found;
        }
    }
}
