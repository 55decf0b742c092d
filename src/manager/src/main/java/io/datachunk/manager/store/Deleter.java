package io.datachunk.manager.store;

import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that unlinks. Thread-safe; its methods return at once.
 *
 * <p>Renames go before unlinks, also in the middle of a directory: a rename takes microseconds and frees a name that
 * somebody may wait for. Files are unlinked, never truncated: whatever still maps one keeps its bytes. What fails is tried
 * again later and holds nothing else up.
 */
public final class Deleter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Deleter.class);

    /** Pauses of 5 ms a 40 MB keep a concurrent fsync at 3.7 ms instead of 5.8 (p50, ext4). */
    private static final long BYTES_A_PAUSE = 40L << 20;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Duration RETRY = Duration.ofSeconds(10);

    /** How long {@link #close} waits for an unlink that the kernel is at. */
    private static final Duration LAST_UNLINK = Duration.ofSeconds(10);

    private final ChunkStore store;
    private final long retryNanos;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Deque<Request> requests = new ArrayDeque<>();
    private boolean trashChanged = true;
    private boolean hurry;
    private boolean closed;

    // The deleter's thread's own.
    private final Deque<Doomed> doomed = new ArrayDeque<>();
    private final Set<Path> known = new HashSet<>();
    private final List<Request> failedRequests = new ArrayList<>();
    private final List<Doomed> failedDoomed = new ArrayList<>();
    private long retryAtNanos;
    private long bytesSincePause;

    /** A directory to be moved to the trash. {@code parent} loses it. */
    private record Request(Path from, ChunkDirectory directory, Path parent, Runnable moved, Runnable deleted) {}

    /** A directory in the trash. */
    private record Doomed(Path path, Runnable deleted) {}

    /** Starts with whatever is in the trash already. */
    public Deleter(ChunkStore store) {
        this(store, RETRY);
    }

    Deleter(ChunkStore store, Duration retry) {
        this.store = store;
        this.retryNanos = retry.toNanos();
        this.thread = Thread.ofPlatform().daemon().name("datachunk-deleter").unstarted(this::run);
        store.trash().onArrival(this::trashChanged);
        thread.start();
    }

    /**
     * Moves a complete directory to the trash and unlinks it, one file at a time with pauses.
     *
     * @param moved called from the deleter's thread once the directory has left its place
     * @param deleted called from the deleter's thread once the bytes are gone, also if none were there
     */
    public void delete(ChunkDirectory directory, Runnable moved, Runnable deleted) {
        Layout layout = store.layout();
        add(new Request(layout.complete(directory), directory, layout.dataset(directory.dataset()), moved, deleted));
    }

    /** The same for a staging directory. */
    public void discard(ChunkDirectory directory, Runnable deleted) {
        Layout layout = store.layout();
        add(new Request(layout.staging(directory), directory, layout.staging(), () -> {}, deleted));
    }

    /** Whether to do without pauses, for space is short. */
    public void setHurry(boolean hurry) {
        lock.lock();
        try {
            this.hurry = hurry;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends after the file that is being unlinked. What is left in the trash is gone on with at the next start. */
    @Override
    public void close() {
        store.trash().onArrival(() -> {});
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(LAST_UNLINK)) {
                LOG.warn("an unlink takes more than {} s, and is left alone", LAST_UNLINK.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void add(Request request) {
        lock.lock();
        try {
            requests.add(request);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void trashChanged() {
        lock.lock();
        try {
            trashChanged = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (awaitWork()) {
            moveRequested();
            if (takeTrashChanged()) {
                findDoomed();
            }
            Doomed next = doomed.poll();
            if (next != null) {
                empty(next);
            }
        }
    }

    /** Waits until there is something to do; false if it is to end. */
    private boolean awaitWork() {
        lock.lock();
        try {
            while (!closed && requests.isEmpty() && !trashChanged && doomed.isEmpty() && !retryDue()) {
                if (failedRequests.isEmpty() && failedDoomed.isEmpty()) {
                    changed.awaitUninterruptibly();
                } else {
                    awaitNanos(retryAtNanos - System.nanoTime());
                }
            }
            if (retryDue()) {
                requests.addAll(failedRequests);
                doomed.addAll(failedDoomed);
                failedRequests.clear();
                failedDoomed.clear();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private boolean retryDue() {
        return (!failedRequests.isEmpty() || !failedDoomed.isEmpty()) && retryAtNanos - System.nanoTime() <= 0;
    }

    private boolean takeTrashChanged() {
        lock.lock();
        try {
            boolean was = trashChanged;
            trashChanged = false;
            return was;
        } finally {
            lock.unlock();
        }
    }

    private void findDoomed() {
        try {
            store.trash().entries().stream().filter(known::add).forEach(path -> doomed.add(new Doomed(path, () -> {})));
        } catch (IOException e) {
            LOG.error("the trash cannot be listed, and what is in it stays: {}", e.toString());
        }
    }

    private List<Request> takeRequests() {
        lock.lock();
        try {
            List<Request> taken = List.copyOf(requests);
            requests.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void moveRequested() {
        List<Request> batch = takeRequests();
        Set<Path> parents = new HashSet<>();
        for (Request request : batch) {
            if (move(request)) {
                parents.add(request.parent());
            }
        }
        if (!parents.isEmpty()) {
            // A power failure must not bring a directory back that has lost files.
            force(store.trash().path());
            parents.forEach(this::force);
            Seam.DELETE_FORCED.reached();
            batch.stream()
                    .map(request -> request.directory().dataset())
                    .distinct()
                    .forEach(store::removeIfEmpty);
        }
    }

    private boolean move(Request request) {
        Seam.DELETE_BEGUN.reached();
        try {
            Path target = store.trash().move(request.from()).orElse(null);
            Seam.DELETE_MOVED.reached();
            call(request.moved());
            if (target == null) {
                call(request.deleted());
                return false;
            }
            known.add(target);
            doomed.add(new Doomed(target, request.deleted()));
            return true;
        } catch (IOException e) {
            LOG.warn("{} cannot be moved to the trash, trying again later: {}", request.from(), e.toString());
            retryLater();
            failedRequests.add(request);
            return false;
        }
    }

    private void force(Path directory) {
        try {
            Durable.forceDirectory(directory);
        } catch (IOException e) {
            LOG.warn("{} cannot be forced to disk: {}", directory, e.toString());
        }
    }

    private void empty(Doomed directory) {
        try {
            boolean ours = unlinkFiles(directory.path());
            if (isClosed()) {
                return;
            }
            Seam.DELETE_EMPTIED.reached();
            if (ours) {
                Files.deleteIfExists(directory.path());
                known.remove(directory.path());
            } else {
                LOG.warn("{} holds directories that are not ours, and stays", directory.path());
            }
            Seam.DELETE_DONE.reached();
            call(directory.deleted());
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted, trying again later: {}", directory.path(), e.toString());
            retryLater();
            failedDoomed.add(directory);
        }
    }

    /**
     * Unlinks what can be unlinked.
     *
     * @return false if there are directories inside, which no chunk has
     * @throws IOException the first failure, after the other files are gone
     */
    private boolean unlinkFiles(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        boolean ours = true;
        List<IOException> failures = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (isClosed()) {
                    break;
                }
                try {
                    ours &= unlink(file);
                } catch (IOException e) {
                    failures.add(e);
                }
                moveRequested();
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
        return ours;
    }

    private boolean unlink(Path file) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException gone) {
            return true;
        }
        if (attributes.isDirectory()) {
            return false;
        }
        Files.deleteIfExists(file);
        Seam.DELETE_UNLINKED.reached();
        pause(attributes.size());
        return true;
    }

    private void pause(long bytes) {
        bytesSincePause += bytes;
        long deadline = System.nanoTime() + bytesSincePause / BYTES_A_PAUSE * PAUSE_NANOS;
        bytesSincePause %= BYTES_A_PAUSE;
        lock.lock();
        try {
            for (long left = deadline - System.nanoTime(); left > 0 && !hurry && !closed && requests.isEmpty(); ) {
                awaitNanos(left);
                left = deadline - System.nanoTime();
            }
        } finally {
            lock.unlock();
        }
    }

    private void retryLater() {
        if (failedRequests.isEmpty() && failedDoomed.isEmpty()) {
            retryAtNanos = System.nanoTime() + retryNanos;
        }
    }

    /** Waits for a change; with the lock. */
    @SuppressWarnings("WaitNotInLoop") // the callers loop
    private void awaitNanos(long nanos) {
        try {
            var _ = changed.awaitNanos(nanos);
        } catch (InterruptedException nobodyInterruptsThisThread) {
            // it would only be another reason to look again
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private static void call(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            LOG.error("a listener of the deleter failed by a defect", e);
        }
    }
}
