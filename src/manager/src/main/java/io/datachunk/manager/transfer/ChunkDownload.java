package io.datachunk.manager.transfer;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Reason;
import io.datachunk.manager.StoredFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One chunk on its way into a staging directory: its files side by side, stopped together when one fails. Thread-safe:
 * mutable fields are guarded by this, which is never held during I/O.
 */
final class ChunkDownload implements Transfers.Transfer {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkDownload.class);

    private final ChunkSpec chunk;
    private final Path staging;
    private final ChunkBytes bytes;
    private final StagingRecord record;
    private final Turns turns;
    private final BiConsumer<ChunkDownload, Outcome> done;
    private final List<FileDownload> downloads;

    private final @Nullable StoredFile[] stored;
    private int unfinished;
    private boolean cancelled;
    private @Nullable FileFailure failure;

    ChunkDownload(
            ChunkSpec chunk,
            Path staging,
            Transfers.Space space,
            BiConsumer<ChunkDownload, Outcome> done,
            Engine engine) {
        this.chunk = chunk;
        this.staging = staging;
        this.bytes = new ChunkBytes(chunk, engine.options().maxChunkBytes(), space);
        this.record = new StagingRecord(chunk, staging, engine.bootId());
        this.turns = engine.turns();
        this.done = done;
        List<FileSpec> files = chunk.files();
        this.stored = new StoredFile[files.size()];
        this.unfinished = files.size();
        this.downloads = IntStream.range(0, files.size())
                .mapToObj(index -> new FileDownload(this, index, files.get(index), engine))
                .toList();
    }

    /** Takes in what earlier tries left in the directory. Does I/O; before the start. */
    void takeIn() throws IOException {
        record.takeIn(bytes);
    }

    /** Lets every file wait for its turn. */
    @Override
    public void start() {
        downloads.forEach(this::await);
    }

    @Override
    public void cancel() {
        synchronized (this) {
            cancelled = true;
        }
        stopAll();
    }

    @Override
    public long bytesDone() {
        return bytes.done();
    }

    @Override
    public OptionalLong bytesTotal() {
        return bytes.total();
    }

    Path staging() {
        return staging;
    }

    ChunkBytes bytes() {
        return bytes;
    }

    StagingRecord record() {
        return record;
    }

    /** It is a file's turn, on a transfer thread. */
    void run(FileDownload file) {
        @Nullable StoredFile whole = null;
        @Nullable FileFailure failed = null;
        if (!ended()) {
            try {
                Optional<StoredFile> result = file.run();
                if (result.isEmpty()) {
                    await(file);
                    return;
                }
                whole = result.get();
            } catch (FileFailedException e) {
                failed = e.failure();
            } catch (RuntimeException | Error e) {
                LOG.error("downloading a file of chunk {} failed by a defect", chunk.id(), e);
                failed = FileFailure.temporary(Reason.IO_ERROR, "a defect of the agent: see its log");
            }
        }
        if (whole == null) {
            keepRecord();
        }
        end(file, whole, failed);
    }

    /** For a later try. On a transfer thread: what a download that is cancelled between its files loses is little. */
    private void keepRecord() {
        try {
            record.catchUp();
        } catch (IOException e) {
            LOG.warn("some small files of chunk {} will have to come again: {}", chunk.id(), e.toString());
        }
    }

    private void await(FileDownload file) {
        boolean closed = !turns.add(file);
        if (closed || ended() && turns.remove(file)) {
            end(file, null, null);
        }
    }

    private synchronized boolean ended() {
        return cancelled || failure != null;
    }

    private void end(FileDownload file, @Nullable StoredFile whole, @Nullable FileFailure failed) {
        boolean first = false;
        boolean last;
        synchronized (this) {
            stored[file.index()] = whole;
            if (failed != null && !ended()) {
                failure = failed;
                first = true;
            }
            last = --unfinished == 0;
        }
        if (first) {
            stopAll();
        }
        if (last) {
            done.accept(this, outcome());
        }
    }

    private void stopAll() {
        for (FileDownload file : downloads) {
            file.cancel();
            if (turns.remove(file)) {
                end(file, null, null);
            }
        }
    }

    private synchronized Outcome outcome() {
        if (failure != null && !cancelled) {
            return new Outcome.Failed(
                    failure.reason(),
                    failure.message(),
                    failure.permanent(),
                    failure.retryAfterMs(),
                    bytesDone(),
                    failure.neededBytes());
        }
        boolean stopped = cancelled || Arrays.stream(stored).anyMatch(Objects::isNull);
        return stopped
                ? new Outcome.Cancelled()
                : new Outcome.Fetched(
                        Arrays.stream(stored).map(Objects::requireNonNull).toList());
    }
}
