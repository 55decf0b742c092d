package io.datachunk.manager.transfer;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads the files of chunks into staging directories, on as many platform threads as there may be connections
 * (virtual threads cost 12 to 45 % more CPU here). Thread-safe.
 */
public final class Transfers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final Engine engine;
    private final OkHttpSource source;

    /** None before the first download, for no start should wait for them. Guarded by itself, as is whether this is closed. */
    private final List<Thread> threads = new ArrayList<>();

    private boolean closed;

    private final Set<ChunkDownload> running = ConcurrentHashMap.newKeySet();

    /**
     * Reads what the options name, and does nothing before the first download.
     *
     * @param bootId of the machine: partial files of another boot are not resumed
     * @throws IOException if the file of certificates cannot be used
     */
    public Transfers(Options options, String bootId) throws IOException {
        this(options, bootId, TransferTimes.DEFAULT);
    }

    Transfers(Options options, String bootId, TransferTimes times) throws IOException {
        HostPauses pauses = new HostPauses(times.hostPause().toNanos(), System::nanoTime);
        source = new OkHttpSource(options);
        engine = new Engine(
                options,
                source,
                new Turns(pauses, options.connections(), options.chunksAtOnce()),
                new Watchdog(times, options.maxBytesPerSecond() / options.connections()),
                new Bandwidth(options.maxBytesPerSecond()),
                pauses,
                new BufferPool(BufferSizes.of(options.connections()).bodyBytes()),
                new LongAdder(),
                bootId);
    }

    /**
     * Makes a download ready to start, or to go on with what is in its directory. Reads the resume record and the sizes of
     * the partial files, so that {@link Transfer#bytesDone} counts them before any space is asked for, and removes what
     * cannot be gone on with: on a nearly full volume it might otherwise keep its own download out.
     *
     * @param staging the chunk's own directory, which exists; holds partial files and the resume record
     * @param space asked for bytes as soon as they are known to be needed, once it has started
     * @param done called once, when no thread touches the directory any more, from a thread of this or the one that cancels
     * @throws IOException if the directory cannot be used
     */
    public Transfer open(ChunkSpec chunk, Path staging, Space space, Consumer<Outcome> done) throws IOException {
        ChunkDownload download = new ChunkDownload(
                chunk,
                staging,
                space,
                (ended, outcome) -> {
                    running.remove(ended);
                    done.accept(outcome);
                },
                engine);
        download.takeIn();
        running.add(download);
        startThreads();
        return download;
    }

    private void startThreads() {
        synchronized (threads) {
            if (closed || !threads.isEmpty()) {
                return;
            }
            engine.watchdog().start();
            while (threads.size() < engine.options().connections()) {
                String name = "datachunk-transfer-" + (threads.size() + 1);
                threads.add(Thread.ofPlatform().daemon().name(name).start(this::work));
            }
        }
    }

    /** Bytes of bodies received from sources, whatever became of them. */
    public long receivedBytes() {
        return engine.receivedBytes().sum();
    }

    /** Stops every download; what is there can be resumed. Waits up to 2 seconds for the threads. */
    @Override
    public void close() {
        engine.turns().close();
        running.forEach(ChunkDownload::cancel);
        List<Thread> started;
        synchronized (threads) {
            closed = true;
            started = List.copyOf(threads);
        }
        long deadline = System.nanoTime() + CLOSE_PATIENCE.toNanos();
        try {
            for (Thread thread : started) {
                thread.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        started.forEach(Thread::interrupt);
        engine.watchdog().close();
        source.close();
    }

    private void work() {
        try {
            FileDownload file = engine.turns().after(null);
            while (file != null) {
                run(file);
                file = engine.turns().after(file);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(FileDownload file) {
        try {
            file.chunk().run(file);
        } catch (RuntimeException | Error e) {
            LOG.error("the end of a download was not taken note of, by a defect", e);
        }
    }

    /** One download. Thread-safe. */
    public interface Transfer {
        /** Lets it run, once. Returns at once and does no I/O; the end may come before it returns. */
        void start();

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
