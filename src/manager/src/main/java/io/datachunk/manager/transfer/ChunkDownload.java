package io.datachunk.manager.transfer;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Reason;
import io.datachunk.manager.StoredFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One chunk on its way into a staging directory: its files side by side, stopped together when one fails. Thread-safe:
 * mutable fields are guarded by this, except {@code bytesByFile}.
 */
final class ChunkDownload implements Transfers.Transfer {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkDownload.class);
    private static final long UNKNOWN = -1;

    /** How far ahead space is asked for while a body of unknown length comes. */
    private static final long GROWTH_BYTES = 16 << 20;

    private final ChunkSpec chunk;
    private final Path staging;
    private final Transfers.Space space;
    private final Consumer<Outcome> done;
    private final Engine engine;
    private final List<FileDownload> downloads;
    private final AtomicLongArray bytesByFile;

    private final long[] totals;
    private final @Nullable StoredFile[] stored;
    private ResumeRecord record;
    private long reservedBytes;
    private int running;
    private boolean cancelled;
    private @Nullable FileFailure failure;

    ChunkDownload(ChunkSpec chunk, Path staging, Transfers.Space space, Consumer<Outcome> done, Engine engine) {
        this.chunk = chunk;
        this.staging = staging;
        this.space = space;
        this.done = done;
        this.engine = engine;
        List<FileSpec> files = chunk.files();
        this.bytesByFile = new AtomicLongArray(files.size());
        this.totals = files.stream()
                .mapToLong(file -> file.sizeBytes().orElse(UNKNOWN))
                .toArray();
        this.stored = new StoredFile[files.size()];
        this.running = files.size();
        this.record = ResumeRecord.empty(engine.bootId());
        this.downloads = java.util.stream.IntStream.range(0, files.size())
                .mapToObj(index -> new FileDownload(this, index, files.get(index), engine))
                .toList();
    }

    /** Hands every file to the threads. */
    void start(ScheduledExecutorService threads) {
        synchronized (this) {
            record = ResumeRecord.read(staging)
                    .filter(found -> found.belongsTo(chunk))
                    .orElse(record);
        }
        for (int index = 0; index < downloads.size(); index++) {
            schedule(index, threads);
        }
    }

    @Override
    public void cancel() {
        synchronized (this) {
            cancelled = true;
        }
        downloads.forEach(FileDownload::cancel);
    }

    @Override
    public long bytesDone() {
        long bytes = 0;
        for (int i = 0; i < bytesByFile.length(); i++) {
            bytes += bytesByFile.getOpaque(i);
        }
        return bytes;
    }

    @Override
    public synchronized OptionalLong bytesTotal() {
        return Arrays.stream(totals).anyMatch(total -> total == UNKNOWN)
                ? OptionalLong.empty()
                : OptionalLong.of(Arrays.stream(totals).sum());
    }

    Path staging() {
        return staging;
    }

    /** What an earlier process recorded of a file, if it may be trusted. */
    synchronized Optional<ResumeRecord.Entry> usable(FileSpec file) {
        return record.usable(file, engine.bootId());
    }

    /** That many bytes of a file are there. */
    void progress(int index, long bytes) {
        bytesByFile.setOpaque(index, bytes);
    }

    /** The size of a file is known: asks for the space of all that is known. */
    synchronized void sized(int index, long bytes) throws FileFailedException {
        totals[index] = bytes;
        reserve(neededBytes());
    }

    /** A file of unknown size is about to have that many bytes. */
    synchronized void growing(int index, long bytes) throws FileFailedException {
        if (totals[index] == UNKNOWN) {
            long needed = neededBytes() - bytesByFile.getOpaque(index) + bytes;
            if (needed > reservedBytes) {
                reserve(needed + GROWTH_BYTES);
            }
        }
    }

    /** Bytes of the whole chunk, as far as known. */
    synchronized long neededBytes() {
        long bytes = 0;
        for (int i = 0; i < totals.length; i++) {
            bytes += totals[i] == UNKNOWN ? bytesByFile.getOpaque(i) : totals[i];
        }
        return bytes;
    }

    /** Writes down how far a file is. */
    synchronized void record(String name, ResumeRecord.Entry entry) throws IOException {
        record = new ResumeRecord(record.format(), engine.bootId(), record.files()).with(name, entry);
        record.write(staging);
    }

    private void reserve(long bytes) throws FileFailedException {
        if (bytes > engine.options().maxChunkBytes()) {
            throw new FileFailedException(FileFailure.lasting(
                    Reason.SIZE_MISMATCH,
                    bytes + " bytes are more than the limit of "
                            + engine.options().maxChunkBytes() + " a chunk"));
        }
        if (bytes > reservedBytes) {
            if (!space.reserve(bytes)) {
                throw new FileFailedException(
                        new FileFailure(Reason.INSUFFICIENT_SPACE, "needs " + bytes + " bytes", false, 0, bytes));
            }
            reservedBytes = bytes;
        }
    }

    private void schedule(int index, ScheduledExecutorService threads) {
        long waitNanos = engine.pauses().waitNanos(downloads.get(index).url());
        if (waitNanos > 0 && !ended()) {
            var _ = threads.schedule(() -> schedule(index, threads), waitNanos, TimeUnit.NANOSECONDS);
        } else {
            threads.execute(() -> run(index));
        }
    }

    private synchronized boolean ended() {
        return cancelled || failure != null;
    }

    private void run(int index) {
        @Nullable StoredFile file = null;
        @Nullable FileFailure failed = null;
        if (!ended()) {
            try {
                file = downloads.get(index).run();
            } catch (FileFailedException e) {
                failed = e.failure();
            } catch (RuntimeException e) {
                LOG.error("downloading a file of chunk {} failed by a defect", chunk.id(), e);
                failed = FileFailure.temporary(Reason.IO_ERROR, "a defect of the agent: see its log");
            }
        }
        end(index, file, failed);
    }

    private void end(int index, @Nullable StoredFile file, @Nullable FileFailure failed) {
        boolean last;
        boolean stopOthers = false;
        synchronized (this) {
            stored[index] = file;
            if (failed != null && !ended()) {
                failure = failed;
                stopOthers = true;
            }
            last = --running == 0;
        }
        if (stopOthers) {
            downloads.forEach(FileDownload::cancel);
        }
        if (last) {
            done.accept(outcome());
        }
    }

    private synchronized Outcome outcome() {
        if (cancelled) {
            return new Outcome.Cancelled();
        }
        if (failure != null) {
            return new Outcome.Failed(
                    failure.reason(),
                    failure.message(),
                    failure.permanent(),
                    failure.retryAfterMs(),
                    bytesDone(),
                    failure.neededBytes());
        }
        return new Outcome.Fetched(
                Arrays.stream(stored).map(java.util.Objects::requireNonNull).toList());
    }
}
