package io.datachunk.manager.store;

import io.datachunk.manager.VolumeStatus;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who was promised how much of the volume. Free = what the file system says − the configured reserve − what was promised
 * and is not written yet. Thread-safe.
 *
 * <p>All promises are one immutable map that is replaced as a whole, so transfer threads that ask for space with locks of
 * their own in their hands wait for nobody here. Written bytes are asked before the file system, so bytes that come between
 * count twice for a moment, and never not at all.
 */
public final class SpaceLedger {
    private static final Logger LOG = LoggerFactory.getLogger(SpaceLedger.class);

    private final Space space;
    private final long diskReserveBytes;
    private final AtomicReference<Map<ChunkDirectory, Promise>> promises = new AtomicReference<>(Map.of());

    /** What a download may have in all, and how much of that it has written. */
    private record Promise(long totalBytes, LongSupplier written) {
        long unwrittenBytes() {
            return Math.max(0, totalBytes - written.getAsLong());
        }
    }

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
     * A download of this directory has begun or goes on. What it was promised before stays promised.
     *
     * @param written how many of its bytes are on the volume; asked by any thread, so it may take no lock
     */
    public void begin(ChunkDirectory directory, LongSupplier written) {
        change(map -> {
            @Nullable Promise before = map.get(directory);
            map.put(directory, new Promise(before == null ? 0 : before.totalBytes, written));
        });
    }

    /**
     * Promises that the directory may have {@code totalBytes} in all; false and no other promise than before if there is
     * no room, or if the download has not begun or has ended.
     */
    public boolean reserve(ChunkDirectory directory, long totalBytes) {
        while (true) {
            Map<ChunkDirectory, Promise> before = current();
            @Nullable Promise old = before.get(directory);
            if (old == null) {
                return false;
            }
            Promise promise = new Promise(totalBytes, old.written);
            Map<ChunkDirectory, Promise> after = new HashMap<>(before);
            after.put(directory, promise);
            if (totalBytes > old.totalBytes && !fits(after)) {
                return false;
            }
            if (promises.compareAndSet(before, Map.copyOf(after))) {
                return true;
            }
        }
    }

    /** The directory is complete or gone: its promise is void. A download that backs off keeps its promise. */
    public void end(ChunkDirectory directory) {
        change(map -> map.remove(directory));
    }

    /** Bytes that could be promised now; negative if the volume is over its limit. */
    public long freeBytes() throws IOException {
        return freeBytes(current());
    }

    public VolumeStatus status() throws IOException {
        long reservedBytes = unwrittenBytes(current());
        return new VolumeStatus(space.capacityBytes(), space.availableBytes(), reservedBytes);
    }

    private Map<ChunkDirectory, Promise> current() {
        return Objects.requireNonNull(promises.get());
    }

    private boolean fits(Map<ChunkDirectory, Promise> map) {
        try {
            return freeBytes(map) >= 0;
        } catch (IOException e) {
            LOG.warn("the file system does not say how much room there is: {}", e.toString());
            return false;
        }
    }

    private long freeBytes(Map<ChunkDirectory, Promise> map) throws IOException {
        long unwritten = unwrittenBytes(map);
        return saturatedAdd(space.availableBytes(), -saturatedAdd(unwritten, diskReserveBytes));
    }

    private static long unwrittenBytes(Map<ChunkDirectory, Promise> map) {
        return map.values().stream().mapToLong(Promise::unwrittenBytes).reduce(0, SpaceLedger::saturatedAdd);
    }

    private static long saturatedAdd(long a, long b) {
        long sum = a + b;
        boolean overflow = ((a ^ sum) & (b ^ sum)) < 0;
        return overflow ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }

    private void change(Consumer<Map<ChunkDirectory, Promise>> change) {
        UnaryOperator<Map<ChunkDirectory, Promise>> changed = before -> {
            Map<ChunkDirectory, Promise> after = new HashMap<>(before);
            change.accept(after);
            return Map.copyOf(after);
        };
        promises.updateAndGet(changed);
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
