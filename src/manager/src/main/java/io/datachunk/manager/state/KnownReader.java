package io.datachunk.manager.state;

import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.ReaderFile;
import io.datachunk.reader.format.StateDirectory;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file in {@code readers/} and what is known of the process behind it. Owned by {@link ReaderFiles}.
 *
 * <p>The process is dead once its lock was found free and its heartbeat still, at enough looks in a row to account for a
 * time: neither alone is proof, and the time between two looks is none either, as this process may have been stopped.
 */
final class KnownReader {
    private final Path path;
    private final LockFile file;

    /** Null: of a format that is not understood. */
    private final @Nullable ReaderFile counters;

    private long heartbeat;
    private long lookedNanos;
    private Duration still = Duration.ZERO;

    private KnownReader(Path path, LockFile file, @Nullable ReaderFile counters, long nowNanos) {
        this.path = path;
        this.file = file;
        this.counters = counters;
        this.heartbeat = counters == null ? 0 : counters.heartbeat();
        this.lookedNanos = nowNanos;
    }

    static KnownReader open(Path path, long nowNanos) throws IOException {
        LockFile file = LockFile.open(path, false);
        try {
            MappedByteBuffer buffer = file.map(false);
            return new KnownReader(path, file, ReaderFile.isUsable(buffer) ? ReaderFile.of(buffer) : null, nowNanos);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    /** Not yet what a process counts in: nothing is held by it. */
    boolean isUnfinished() {
        return !path.toString().endsWith(StateDirectory.READER_SUFFIX);
    }

    /** Whether it cannot be told what the process holds. */
    boolean isUnreadable(long pinningEpoch) {
        return !isUnfinished() && (counters == null || counters.epoch() <= pinningEpoch);
    }

    /** Null if that is not known. */
    @Nullable
    ReaderFile counters() {
        return counters;
    }

    boolean holds(int slot) {
        return counters != null && slot < counters.capacity() && counters.holds(slot);
    }

    int references(int slot) {
        return counters != null && slot < counters.capacity() ? counters.references(slot) : 0;
    }

    boolean holdsAnything() {
        return counters == null ? !isUnfinished() : counters.holdsAnything();
    }

    /** Looks for signs of life; whether there have been none for long enough. */
    boolean isDead(long nowNanos, StateTimes times) throws IOException {
        long beats = counters == null ? 0 : counters.heartbeat();
        Duration since = Duration.ofNanos(nowNanos - lookedNanos);
        if (beats != heartbeat) {
            heartbeat = beats;
            lookedNanos = nowNanos;
            still = Duration.ZERO;
        } else if (since.compareTo(times.deadAfter().dividedBy(100)) > 0) {
            lookedNanos = nowNanos;
            Duration counted = since.compareTo(times.mostPerProbe()) < 0 ? since : times.mostPerProbe();
            still = isLockFree() ? still.plus(counted) : Duration.ZERO;
        }
        return still.compareTo(times.deadAfter()) >= 0;
    }

    private boolean isLockFree() throws IOException {
        Optional<FileLock> lock = file.tryLock(0, 1, true);
        if (lock.isPresent()) {
            lock.get().release();
        }
        return lock.isPresent();
    }

    void close() throws IOException {
        file.close();
    }
}
