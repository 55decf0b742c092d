package io.datachunk.manager.transfer;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Downloads the files of chunks into staging directories, on as many platform threads as there may be connections
 * (virtual threads cost 12 to 45 % more CPU here). Thread-safe.
 */
public final class Transfers implements AutoCloseable {
    private final Engine engine;
    private final OkHttpSource source;
    private final ScheduledThreadPoolExecutor threads;

    /**
     * Makes the threads and the HTTP client.
     *
     * @param bootId of the machine: partial files of another boot are not resumed
     * @throws IOException if the file of certificates cannot be used
     */
    public Transfers(Options options, String bootId) throws IOException {
        this(options, bootId, TransferTimes.DEFAULT);
    }

    Transfers(Options options, String bootId, TransferTimes times) throws IOException {
        source = new OkHttpSource(options);
        engine = new Engine(
                options,
                source,
                new Watchdog(times, options.maxBytesPerSecond() / options.connections()),
                new Bandwidth(options.maxBytesPerSecond()),
                new HostPauses(times.hostPause().toNanos()),
                new BufferPool(),
                bootId);
        AtomicInteger number = new AtomicInteger();
        threads = new ScheduledThreadPoolExecutor(
                options.connections(),
                task -> Thread.ofPlatform()
                        .daemon()
                        .name("datachunk-transfer-" + number.incrementAndGet())
                        .unstarted(task));
        threads.setRemoveOnCancelPolicy(true);
    }

    /**
     * Starts or resumes a download. Reads the resume record, so it is not for callers that may not do I/O.
     *
     * @param staging the chunk's own directory, which exists; holds partial files and the resume record
     * @param space asked for bytes as soon as they are known to be needed
     * @param done called once, from a thread of this
     */
    public Transfer start(ChunkSpec chunk, Path staging, Space space, Consumer<Outcome> done) {
        ChunkDownload download = new ChunkDownload(chunk, staging, space, done, engine);
        try {
            download.start(threads);
        } catch (RejectedExecutionException closed) {
            download.cancel();
        }
        return download;
    }

    /** Stops every download; what is there can be resumed. Waits up to 2 seconds for the threads. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            threads.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        engine.watchdog().close();
        source.close();
    }

    /** One running download. Thread-safe. */
    public interface Transfer {
        /** Ends it soon; what is there stays for a resume. The outcome is then {@link Outcome.Cancelled}. */
        void cancel();

        /** Bytes of the chunk in the staging directory. */
        long bytesDone();

        /** Bytes of all files; empty until each is declared or known from an answer. */
        OptionalLong bytesTotal();
    }

    /** Grants bytes of the volume to one download. Called from transfer threads. */
    @FunctionalInterface
    public interface Space {
        /** Whether the volume has room for this chunk to be {@code totalBytes} in all; reserves them if so. */
        boolean reserve(long totalBytes);
    }
}
