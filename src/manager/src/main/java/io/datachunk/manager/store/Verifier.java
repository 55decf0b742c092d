package io.datachunk.manager.store;

import io.datachunk.manager.StoredFile;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that reads published files in the background: records first, then sizes, then checksums that were asked for,
 * then all other checksums, once a start. Thread-safe; its methods return at once.
 *
 * <p>What is more urgent goes first even in the middle of a file. Checksums of either kind keep to the bounded rate, and
 * go through one buffer.
 *
 * <p>What cannot be read, though it is there, is read again after half a minute, two and eight; a fourth failure is damage:
 * a query would fail on it as well, and downloading it anew writes it to other sectors. Only what this process itself lacks,
 * such as descriptors, is waited for without end.
 */
public final class Verifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Verifier.class);

    /** Large enough that the system call and the wake-up do not count, and a twentieth of a second at 20 MB/s. */
    private static final int BUFFER_BYTES = 1 << 20;

    private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
    private static final int MAX_FAILURES = 4;

    private final Layout layout;
    private final Listener listener;
    private final Opener files;
    private final VerifierQueue queue;
    private final Pace pace;
    private final Thread thread;

    /** The verifier's thread's own; made when first needed. */
    private @Nullable ByteBuffer buffer;

    /**
     * @param maxBytesPerSecond of reading for checksums
     */
    public Verifier(ChunkStore store, Listener listener, long maxBytesPerSecond) {
        this(
                store,
                listener,
                maxBytesPerSecond,
                path -> FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS),
                FIRST_RETRY);
    }

    Verifier(ChunkStore store, Listener listener, long maxBytesPerSecond, Opener files, Duration firstRetry) {
        this.layout = store.layout();
        this.listener = listener;
        this.files = files;
        this.queue = new VerifierQueue(firstRetry);
        this.pace = new Pace(maxBytesPerSecond);
        this.thread = Thread.ofPlatform().daemon().name("datachunk-verifier").start(this::run);
    }

    /** How published files are opened. */
    interface Opener {
        ReadableByteChannel open(Path path) throws IOException;
    }

    /** What was found, from the verifier's thread. Nothing is said of a directory after its removal, but for a call that is running. */
    public interface Listener {
        /** The record; empty if there is none that can be used. */
        void inspected(ChunkDirectory directory, Optional<List<StoredFile>> files);

        /**
         * The files as read back, equal to the record in size and CRC32C. Digests are those that were asked for, computed
         * now; of other files, those of the record.
         */
        void verified(ChunkDirectory directory, List<StoredFile> files);

        /** A file or the record is missing, or not as published. The last that is said of the directory. */
        void damaged(ChunkDirectory directory, String message);
    }

    /** Compares sizes with the record soon, and checksums with it some time. For directories found at the start. */
    public void add(ChunkDirectory directory) {
        queue.add(Task.Kind.SIZES, directory, Set.of());
    }

    /** Reads the record before anything else. */
    public void inspect(ChunkDirectory directory) {
        queue.add(Task.Kind.RECORD, directory, Set.of());
    }

    /** Reads every file back before other checksums, with SHA-256 of those named. */
    public void verify(ChunkDirectory directory, Set<String> sha256Of) {
        queue.add(Task.Kind.CHECKSUMS_ASKED, directory, Set.copyOf(sha256Of));
    }

    /** Stops reading a directory that is about to be deleted. */
    public void remove(ChunkDirectory directory) {
        queue.remove(directory);
    }

    /** Ends within the read of one buffer. */
    @Override
    public void close() {
        queue.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        for (Task task = queue.take(); task != null; task = queue.take()) {
            perform(task);
        }
    }

    private void perform(Task task) {
        try {
            tryOnce(task);
        } catch (DamagedException e) {
            damaged(task, e.getMessage());
        } catch (IOException e) {
            failed(task, e);
        } catch (RuntimeException e) {
            LOG.error("verifying {} failed by a defect", task.directory(), e);
        }
    }

    private void tryOnce(Task task) throws IOException {
        List<StoredFile> record = ChunkRecord.read(layout.complete(task.directory()));
        switch (task.kind()) {
            case RECORD -> tell(task, () -> listener.inspected(task.directory(), Optional.of(record)));
            case SIZES -> {
                requireSizes(task.directory(), record);
                queue.addAfter(task, Task.Kind.CHECKSUMS);
            }
            case CHECKSUMS -> readBack(task, record);
            case CHECKSUMS_ASKED -> {
                List<StoredFile> found = readBack(task, record);
                tell(task, () -> listener.verified(task.directory(), found));
            }
        }
    }

    private void damaged(Task task, @Nullable String message) {
        if (task.kind() == Task.Kind.RECORD) {
            tell(task, () -> listener.inspected(task.directory(), Optional.empty()));
        } else {
            LOG.error("{} is damaged: {}", layout.complete(task.directory()), message);
            tell(task, () -> listener.damaged(task.directory(), String.valueOf(message)));
            queue.remove(task.directory());
        }
    }

    private void failed(Task task, IOException e) {
        String reason = String.valueOf(e.getMessage());
        boolean processLacks = reason.contains("Too many open files") || reason.contains("Cannot allocate memory");
        if (processLacks || task.failures() + 1 < MAX_FAILURES) {
            LOG.warn(
                    "{} cannot be verified, trying again later: {}",
                    task.directory().relativePath(),
                    e.toString());
            queue.again(task, processLacks ? 0 : 1);
        } else {
            damaged(task, "cannot be read: " + reason);
        }
    }

    private void tell(Task task, Runnable call) {
        if (queue.wants(task)) {
            call.run();
        }
    }

    private void requireSizes(ChunkDirectory directory, List<StoredFile> record) throws IOException {
        Path complete = layout.complete(directory);
        for (StoredFile file : record) {
            StoredFiles.requireSize(complete, file);
        }
    }

    private List<StoredFile> readBack(Task task, List<StoredFile> record) throws IOException {
        requireSizes(task.directory(), record);
        List<StoredFile> found = new ArrayList<>();
        for (StoredFile file : record) {
            boolean asked = task.sha256Of().contains(file.name());
            Checksums checksums = new Checksums(asked || file.digest().isPresent() && task.isAsked());
            if (!read(task, file, checksums)) {
                return List.of();
            }
            StoredFile read = new StoredFile(file.name(), checksums.bytes(), checksums.crc32c(), checksums.digest());
            StoredFiles.requireEqual(file, read);
            found.add(read.digest().isPresent() ? read : file);
        }
        return found;
    }

    /** Reads one file; false if that is not wanted any more. */
    private boolean read(Task task, StoredFile file, Checksums checksums) throws IOException {
        ByteBuffer bytes = buffer();
        Path path = layout.complete(task.directory()).resolve(file.name());
        try (ReadableByteChannel channel = files.open(path)) {
            while (queue.wants(task)) {
                int read = channel.read(bytes.clear());
                if (read < 0) {
                    return true;
                }
                checksums.update(bytes.flip());
                if (checksums.bytes() > file.sizeBytes()) {
                    return true;
                }
                waitAfter(task, read);
            }
            return false;
        }
    }

    /** Keeps to the rate, and does meanwhile what is more urgent. */
    private void waitAfter(Task task, int bytes) {
        long untilNanos = pace.spend(bytes, System.nanoTime());
        for (Task urgent = queue.await(task, untilNanos); urgent != null; urgent = queue.await(task, untilNanos)) {
            perform(urgent);
        }
    }

    private ByteBuffer buffer() {
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        }
        return buffer;
    }
}
