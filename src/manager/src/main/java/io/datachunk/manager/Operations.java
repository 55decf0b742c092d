package io.datachunk.manager;

import io.datachunk.manager.plan.Event;
import io.datachunk.manager.plan.Step;
import io.datachunk.manager.store.ChunkStore;
import io.datachunk.manager.store.Deleter;
import io.datachunk.manager.store.SpaceLedger;
import io.datachunk.manager.store.Verifier;
import io.datachunk.manager.transfer.Outcome;
import io.datachunk.manager.transfer.Transfers;
import io.datachunk.manager.transfer.Transfers.Transfer;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the steps that need I/O, on threads of its own, and answers with events. Its methods are called by the planner
 * thread and return at once.
 */
final class Operations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    /** Several publishes wait for the disk together, and the file system forces their directories in one go. */
    private static final int STORE_THREADS = 4;

    /** A tenth of what one spindle reads: a terabyte is read in half a day, and nobody notices. */
    private static final long VERIFY_BYTES_PER_SECOND = 20L << 20;

    private final ChunkStore store;
    private final SpaceLedger space;
    private final Transfers transfers;
    private final Progress progress;
    private final Answers answers;
    private final Deleter deleter;
    private final Verifier verifier;
    private final ExecutorService storing = Executors.newFixedThreadPool(
            STORE_THREADS,
            Thread.ofPlatform().daemon().name("datachunk-store-", 1).factory());

    /** Every download that has begun and not ended, by its attempt. */
    private final ConcurrentHashMap<Long, Fetch> fetches = new ConcurrentHashMap<>();

    /**
     * Where answers go. Called from any thread.
     *
     * @param toPlan takes an event to the planner thread
     * @param moved takes a directory that has left its place to the planner thread
     * @param ended told of every end of a download that was not cancelled
     * @param freed told when bytes of the volume have gone
     */
    record Answers(
            Consumer<Event> toPlan, Consumer<ChunkDirectory> moved, Consumer<DownloadEnd> ended, Runnable freed) {}

    Operations(ChunkStore store, SpaceLedger space, Transfers transfers, Progress progress, Answers answers) {
        this.store = store;
        this.space = space;
        this.transfers = transfers;
        this.progress = progress;
        this.answers = answers;
        this.deleter = new Deleter(store);
        this.verifier = new Verifier(store, new Findings(), VERIFY_BYTES_PER_SECOND);
    }

    /** Complete directories were found at the start: they are verified soon, by other threads. */
    void found(Collection<ChunkDirectory> directories) {
        onStoreThread(() -> directories.forEach(verifier::add));
    }

    /** Does a step; those that concern the index alone are the planner's. */
    void perform(Step step) {
        switch (step) {
            case Step.Fetch fetch -> fetch(fetch);
            case Step.Cancel cancel ->
                Optional.ofNullable(fetches.get(cancel.attempt())).ifPresent(Fetch::cancel);
            case Step.Discard discard -> deleter.discard(discard.directory(), () -> gone(discard.directory()));
            case Step.Store toStore -> onStoreThread(() -> store(toStore));
            case Step.Delete delete -> {
                ChunkDirectory directory = delete.directory();
                verifier.remove(directory);
                deleter.delete(directory, () -> answers.moved.accept(directory), () -> gone(directory));
            }
            case Step.Inspect inspect -> verifier.inspect(inspect.directory());
            case Step.Verify verify ->
                verifier.verify(
                        verify.directory(),
                        verify.chunk().files().stream()
                                .filter(file -> file.digest().isPresent())
                                .map(FileSpec::name)
                                .collect(Collectors.toSet()));
            case Step.Publish _, Step.Retire _ -> throw new IllegalArgumentException(step + " is the planner's");
        }
    }

    /** Whether deletes go without pauses. */
    void setHurry(boolean hurry) {
        deleter.setHurry(hurry);
    }

    @Override
    public void close() {
        transfers.close();
        storing.shutdown();
        verifier.close();
        deleter.close();
        try {
            if (!storing.awaitTermination(2, TimeUnit.SECONDS)) {
                LOG.warn("the volume is slow: a publish is left for the next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fetch(Step.Fetch step) {
        Fetch fetch = new Fetch(step);
        fetches.put(step.attempt(), fetch);
        progress.declared(step.directory(), step.chunk());
        onStoreThread(fetch::start);
    }

    private void store(Step.Store step) {
        ChunkDirectory directory = step.directory();
        try {
            store.publish(directory, step.files());
        } catch (IOException | RuntimeException e) {
            // A defect too: without an answer the chunk would wait for ever.
            LOG.warn("{} could not be published", directory.relativePath(), e);
            answers.toPlan.accept(
                    new Event.StoreFailed(directory, Reason.ofDiskFailure(e), "publishing failed: " + e.getMessage()));
            return;
        }
        space.end(directory);
        progress.complete(directory, step.files());
        answers.toPlan.accept(new Event.Stored(directory));
    }

    private void gone(ChunkDirectory directory) {
        space.end(directory);
        progress.gone(directory);
        answers.toPlan.accept(new Event.Deleted(directory));
        answers.freed.run();
    }

    private void onStoreThread(Runnable work) {
        try {
            storing.execute(work);
        } catch (RejectedExecutionException closed) {
            LOG.debug("closed: left for the next start");
        }
    }

    /** One try to download a chunk. Thread-safe. */
    private final class Fetch {
        private final Step.Fetch step;
        private final long beganNanos = System.nanoTime();
        private volatile @Nullable Transfer transfer;
        private volatile boolean cancelled;

        Fetch(Step.Fetch step) {
            this.step = step;
        }

        /** On a store thread. The end may come before this returns. */
        void start() {
            if (cancelled) {
                end(new Outcome.Cancelled());
                return;
            }
            ChunkDirectory directory = step.directory();
            Transfer opened;
            try {
                opened = transfers.open(
                        step.chunk(),
                        store.prepare(directory),
                        totalBytes -> space.reserve(directory, totalBytes),
                        this::end);
            } catch (IOException | RuntimeException e) {
                LOG.warn("the staging directory of {} cannot be used", directory.relativePath(), e);
                end(new Outcome.Failed(
                        Reason.ofDiskFailure(e),
                        "the staging directory cannot be used: " + e.getMessage(),
                        false,
                        0,
                        0,
                        0));
                return;
            }
            // Before it asks for space: what earlier tries left on the volume is not asked for again.
            space.begin(directory, opened::bytesDone);
            progress.started(directory, opened);
            transfer = opened;
            opened.start();
            if (cancelled) {
                opened.cancel();
            }
        }

        void cancel() {
            cancelled = true;
            Transfer running = transfer;
            if (running != null) {
                running.cancel();
            }
        }

        private void end(Outcome outcome) {
            fetches.remove(step.attempt());
            Transfer ended = transfer;
            if (ended != null) {
                progress.stopped(step.directory(), ended);
                space.rest(step.directory());
            }
            Duration duration = Duration.ofNanos(System.nanoTime() - beganNanos);
            ChunkId id = step.chunk().id();
            switch (outcome) {
                case Outcome.Fetched fetched -> {
                    answers.ended.accept(new DownloadEnd(id, Optional.empty(), duration));
                    answers.toPlan.accept(new Event.Fetched(step.directory(), step.attempt(), fetched.files()));
                }
                case Outcome.Failed failed -> {
                    LOG.info("{} was not downloaded: {} {}", id, failed.reason().camelCase(), failed.message());
                    answers.ended.accept(new DownloadEnd(id, Optional.of(failed.reason()), duration));
                    answers.toPlan.accept(new Event.Failed(
                            step.directory(),
                            step.attempt(),
                            failed.reason(),
                            failed.message(),
                            failed.permanent(),
                            failed.retryAfterMs(),
                            failed.bytesDone(),
                            failed.neededBytes()));
                }
                case Outcome.Cancelled _ ->
                    answers.toPlan.accept(new Event.Cancelled(step.directory(), step.attempt()));
            }
        }
    }

    /** What the verifier finds. */
    private final class Findings implements Verifier.Listener {
        @Override
        public void inspected(ChunkDirectory directory, Optional<List<StoredFile>> files) {
            files.ifPresent(found -> progress.complete(directory, found));
            answers.toPlan.accept(new Event.Inspected(directory, files));
        }

        @Override
        public void verified(ChunkDirectory directory, List<StoredFile> files) {
            progress.complete(directory, files);
            answers.toPlan.accept(new Event.Verified(directory, files));
        }

        @Override
        public void damaged(ChunkDirectory directory, String message) {
            LOG.warn("{} is damaged: {}", directory.relativePath(), message);
            answers.toPlan.accept(new Event.Damaged(directory, message));
        }
    }
}
