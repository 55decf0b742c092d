package io.datachunk.manager.transfer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The files that wait for a transfer thread, and whose turn is next: one of the chunk that has the fewest files moving.
 * Thread-safe: every field is guarded by this.
 *
 * <p>A chunk never has so many connections that another one that may run gets none: with 8 connections and 4 chunks at
 * once no chunk has more than 5, so a chunk of 64 slow files does not keep the others waiting. A file whose host is
 * paused waits here and holds no thread.
 */
final class Turns {
    private final HostPauses pauses;
    private final int mostOfOneChunk;

    /** In the order in which they came. */
    private final List<FileDownload> waiting = new ArrayList<>();

    private final Map<ChunkDownload, Integer> moving = new HashMap<>();
    private boolean closed;

    Turns(HostPauses pauses, int connections, int chunksAtOnce) {
        this.pauses = pauses;
        this.mostOfOneChunk = Math.max(1, connections - chunksAtOnce + 1);
    }

    /** Lets a file wait for its turn; false after {@link #close}. */
    synchronized boolean add(FileDownload file) {
        if (!closed) {
            waiting.add(file);
            notify();
        }
        return !closed;
    }

    /** Takes a file out of the line; false if it is not in it, for a thread has it. */
    synchronized boolean remove(FileDownload file) {
        return waiting.remove(file);
    }

    /**
     * Waits for a file whose turn it is.
     *
     * @param done the file that the calling thread was given before and is done with; null: none
     * @return null once closed
     */
    synchronized @Nullable FileDownload after(@Nullable FileDownload done) throws InterruptedException {
        if (done != null) {
            moving.computeIfPresent(done.chunk(), (_, count) -> count == 1 ? null : count - 1);
        }
        while (!closed) {
            FileDownload next = next();
            if (next != null) {
                waiting.remove(next);
                moving.merge(next.chunk(), 1, Integer::sum);
                if (!waiting.isEmpty()) {
                    notify(); // who looks whether there is more to do, or for how long to wait
                }
                return next;
            }
            long pauseNanos = shortestPauseNanos();
            if (pauseNanos == Long.MAX_VALUE) {
                wait();
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, pauseNanos);
            }
        }
        return null;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private @Nullable FileDownload next() {
        FileDownload next = null;
        int fewest = mostOfOneChunk;
        for (FileDownload file : waiting) {
            int count = moving.getOrDefault(file.chunk(), 0);
            if (count < fewest && pauses.waitNanos(file.asksNext()) == 0) {
                next = file;
                fewest = count;
            }
        }
        return next;
    }

    /** Of the hosts that are paused; files that wait for their chunk's others are looked at when one of those is done. */
    private long shortestPauseNanos() {
        return waiting.stream()
                .mapToLong(file -> pauses.waitNanos(file.asksNext()))
                .filter(nanos -> nanos > 0)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
