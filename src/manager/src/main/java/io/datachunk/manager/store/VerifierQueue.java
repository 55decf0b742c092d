package io.datachunk.manager.store;

import io.datachunk.reader.format.ChunkDirectory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What the verifier has to do, most urgent first. Thread-safe: one lock guards every field. */
final class VerifierQueue {
    /** Half a minute, two, eight. */
    private static final int RETRY_FACTOR = 4;

    private final long firstRetryNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** In the order of urgency. */
    private final EnumMap<Task.Kind, Deque<Task>> ready = new EnumMap<>(Task.Kind.class);

    private final PriorityQueue<Later> later = new PriorityQueue<>();

    /** The visits that go on, by directory: tasks of any other visit are void. */
    private final Map<ChunkDirectory, Long> visits = new HashMap<>();

    private final long originNanos = System.nanoTime();
    private long lastVisit;
    private boolean closed;

    /** A task that failed; times count from one origin, for values of nanoTime may not be compared. */
    private record Later(Task task, long sinceOriginNanos) implements Comparable<Later> {
        @Override
        public int compareTo(Later other) {
            return Long.compare(sinceOriginNanos, other.sinceOriginNanos);
        }
    }

    VerifierQueue(Duration firstRetry) {
        this.firstRetryNanos = firstRetry.toNanos();
        for (Task.Kind kind : Task.Kind.values()) {
            ready.put(kind, new ArrayDeque<>());
        }
    }

    void add(Task.Kind kind, ChunkDirectory directory, Set<String> sha256Of) {
        lock.lock();
        try {
            long visit = visits.computeIfAbsent(directory, absent -> ++lastVisit);
            offer(new Task(kind, directory, sha256Of, visit, 0));
        } finally {
            lock.unlock();
        }
    }

    /** Adds what follows another task of the same visit. */
    void addAfter(Task task, Task.Kind kind) {
        lock.lock();
        try {
            offer(new Task(kind, task.directory(), task.sha256Of(), task.visit(), 0));
        } finally {
            lock.unlock();
        }
    }

    /** Adds a task that failed, for later. */
    void again(Task task, int failures) {
        lock.lock();
        try {
            int soFar = task.failures() + failures;
            long delayNanos = firstRetryNanos * (long) Math.pow(RETRY_FACTOR, Math.max(0, soFar - 1));
            later.add(new Later(
                    new Task(task.kind(), task.directory(), task.sha256Of(), task.visit(), soFar),
                    System.nanoTime() - originNanos + delayNanos));
        } finally {
            lock.unlock();
        }
    }

    /** Makes every task of a directory void, also the one that is running. */
    void remove(ChunkDirectory directory) {
        lock.lock();
        try {
            visits.remove(directory);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a task is still of use. */
    boolean wants(Task task) {
        lock.lock();
        try {
            return !closed && isCurrent(task);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the most urgent task; null once closed. */
    @Nullable
    Task take() {
        lock.lock();
        try {
            while (!closed) {
                Task task = poll(null);
                if (task != null) {
                    return task;
                }
                awaitNanos(nanosToNextRetry(Long.MAX_VALUE));
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a time, or until the running task is void; a task that is more urgent than it comes at once. */
    @Nullable
    Task await(Task running, long untilNanos) {
        lock.lock();
        try {
            while (!closed && isCurrent(running)) {
                Task urgent = poll(running);
                if (urgent != null) {
                    return urgent;
                }
                long left = untilNanos - System.nanoTime();
                if (left <= 0) {
                    return null;
                }
                awaitNanos(nanosToNextRetry(left));
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void offer(Task task) {
        queueOf(task.kind()).add(task);
        changed.signalAll();
    }

    private boolean isCurrent(Task task) {
        Long visit = visits.get(task.directory());
        return visit != null && visit == task.visit();
    }

    /** The most urgent valid task, if there is one that is more urgent than the running one. */
    private @Nullable Task poll(@Nullable Task running) {
        makeRetriesReady();
        for (Map.Entry<Task.Kind, Deque<Task>> queue : ready.entrySet()) {
            if (running != null && queue.getKey().compareTo(running.kind()) >= 0) {
                return null;
            }
            for (Task task = queue.getValue().poll();
                    task != null;
                    task = queue.getValue().poll()) {
                if (isCurrent(task)) {
                    return task;
                }
            }
        }
        return null;
    }

    private void makeRetriesReady() {
        long now = System.nanoTime() - originNanos;
        for (Later first = later.peek(); first != null && first.sinceOriginNanos <= now; first = later.peek()) {
            later.remove();
            queueOf(first.task.kind()).add(first.task);
        }
    }

    private long nanosToNextRetry(long atMostNanos) {
        Later first = later.peek();
        long now = System.nanoTime() - originNanos;
        return first == null ? atMostNanos : Math.clamp(first.sinceOriginNanos - now, 0, atMostNanos);
    }

    private Deque<Task> queueOf(Task.Kind kind) {
        return Objects.requireNonNull(ready.get(kind));
    }

    @SuppressWarnings("WaitNotInLoop") // the callers loop
    private void awaitNanos(long nanos) {
        try {
            var _ = changed.awaitNanos(nanos);
        } catch (InterruptedException nobodyInterruptsThisThread) {
            // it would only be another reason to look again
        }
    }
}
