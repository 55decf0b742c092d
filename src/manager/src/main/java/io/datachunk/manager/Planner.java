package io.datachunk.manager;

import io.datachunk.manager.plan.Event;
import io.datachunk.manager.plan.Plan;
import io.datachunk.manager.plan.Step;
import io.datachunk.manager.state.PublishedIndex;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.format.ChunkDirectory;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns the plan and the published index: takes events one by one, gives them to the plan, and has the
 * steps done. It does no disk I/O: the state files are mapped, everything else is {@link Operations}'.
 *
 * <p>Changes of the index are gathered while events are waiting, at most {@value #GATHER_MS} ms, so that a burst of
 * thousands is a handful of snapshots, and a single change is visible at once.
 */
final class Planner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Planner.class);

    /** A burst of calls takes a few milliseconds to come in; nobody notices ten. */
    private static final long GATHER_MS = 10;

    /** How soon a release is noticed: well under the second that is promised. */
    private static final long LOOK_AT_REFERENCES_MS = 50;

    /** Looking takes at most a twentieth of the thread's time, however many references there are to look at. */
    private static final long LOOKS_AT_MOST_ONE_IN = 20;

    /** Events between two snapshots, so that a flood of them does not put off the first for long. */
    private static final int MAX_GATHERED = 20_000;

    /** A wait that nothing ends is cut here; it matters to nobody. */
    private static final long MAX_WAIT_MS = 1_000;

    private final Plan plan;
    private final PublishedIndex index;
    private final StatusBoard board;
    private final LinkedTransferQueue<Runnable> inbox = new LinkedTransferQueue<>();
    private volatile boolean closed;

    /** Directories to put into the index, and to take out of it, with the next snapshot. */
    private final Set<ChunkDirectory> added = new LinkedHashSet<>();

    private final Set<ChunkDirectory> retired = new LinkedHashSet<>();

    /** Directories that are out of the index and not known to be drained. */
    private final Set<ChunkDirectory> retiring = new HashSet<>();

    private long nextPublishMs = nowMs();
    private long nextLookMs = nowMs();
    private @Nullable Operations operations;
    private @Nullable Thread thread;

    Planner(Plan plan, PublishedIndex index, StatusBoard board) {
        this.plan = plan;
        this.index = index;
        this.board = board;
    }

    /**
     * Starts the thread, with what was found and is published already: nobody who wants to find a chunk waits for the plan.
     * Called once.
     */
    void start(Plan.Found found, Operations hands) {
        operations = hands;
        thread = Thread.ofPlatform().daemon().name("datachunk-planner").start(() -> {
            begin(found);
            run();
        });
    }

    private void begin(Plan.Found found) {
        try {
            retiring.addAll(found.retiring());
            perform(plan.begin(found, nowMs()));
            publish();
            showRows();
            Objects.requireNonNull(operations).found(found.live());
        } finally {
            board.started();
        }
    }

    /** Takes an event, from any thread; never blocks. */
    void take(Event event) {
        inbox.add(() -> apply(event));
    }

    /** A directory that was deleted has left its place: its slot may be used again. From any thread; never blocks. */
    void moved(ChunkDirectory directory) {
        inbox.add(() -> index.deleted(directory));
    }

    @Override
    public void close() {
        closed = true;
        inbox.add(() -> {});
        Thread running = thread;
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        while (!closed) {
            try {
                turn();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("a defect of the planner; it goes on with the next event", e);
            }
        }
    }

    /** Waits for something to do and does what there is. */
    private void turn() throws InterruptedException {
        Runnable next = inbox.poll(waitMs(), TimeUnit.MILLISECONDS);
        for (int i = 0; next != null && i < MAX_GATHERED; i++) {
            next.run();
            next = i + 1 < MAX_GATHERED ? inbox.poll() : null;
        }
        if (plan.nextTickMs() <= nowMs()) {
            apply(new Event.Tick());
        }
        Objects.requireNonNull(operations).setHurry(plan.spaceIsShort());
        if (nextPublishMs <= nowMs()) {
            publish();
        }
        if (!retiring.isEmpty() && nextLookMs <= nowMs()) {
            publish();
            lookAtReferences();
        }
        if (added.isEmpty() && retired.isEmpty()) {
            showRows();
        }
    }

    private long waitMs() {
        long until = plan.nextTickMs();
        if (!added.isEmpty() || !retired.isEmpty()) {
            until = Math.min(until, nextPublishMs);
        }
        if (!retiring.isEmpty()) {
            until = Math.min(until, nextLookMs);
        }
        return Math.clamp(until - nowMs(), 0, MAX_WAIT_MS);
    }

    private void apply(Event event) {
        perform(plan.on(event, nowMs()));
    }

    private void perform(List<Step> steps) {
        for (Step step : steps) {
            switch (step) {
                case Step.Publish publish -> {
                    if (!retired.remove(publish.directory())) {
                        added.add(publish.directory());
                    }
                }
                case Step.Retire retire -> retire(retire.directory());
                default -> Objects.requireNonNull(operations).perform(step);
            }
        }
    }

    private void retire(ChunkDirectory directory) {
        if (!added.remove(directory)) {
            retired.add(directory);
        } else if (!retiring.contains(directory)) {
            // It was never published, so nobody can hold it.
            take(new Event.Drained(directory));
        }
    }

    private void publish() {
        if (added.isEmpty() && retired.isEmpty()) {
            return;
        }
        nextPublishMs = nowMs() + GATHER_MS;
        index.change(added, retired);
        retiring.addAll(retired);
        retiring.removeAll(added);
        added.clear();
        retired.clear();
        nextLookMs = nowMs();
    }

    private void lookAtReferences() {
        long beganMs = nowMs();
        List<ChunkDirectory> drained = index.drained();
        long tookMs = nowMs() - beganMs;
        nextLookMs = nowMs() + Math.max(LOOK_AT_REFERENCES_MS, tookMs * LOOKS_AT_MOST_ONE_IN);
        for (ChunkDirectory directory : drained) {
            retiring.remove(directory);
            apply(new Event.Drained(directory));
        }
    }

    private void showRows() {
        Instant now = Instant.now();
        for (ChunkId id : plan.takeChanged()) {
            board.show(id, plan.row(id), now);
        }
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }
}
