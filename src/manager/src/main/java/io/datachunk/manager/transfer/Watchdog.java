package io.datachunk.manager.transfer;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels requests that take too long or drip. One thread looks at every running request four times a second or more;
 * only time spent waiting for the source counts, not that of a slow disk or of the bandwidth cap. Thread-safe.
 */
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    private final TransferTimes times;
    private final long minBytesPerSecond;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final Thread thread;

    /**
     * Watches once it is started.
     *
     * @param fairBytesPerSecond what the bandwidth cap leaves to one connection; the least rate is never above half of it
     */
    Watchdog(TransferTimes times, long fairBytesPerSecond) {
        this.times = times;
        this.minBytesPerSecond = Math.min(times.minBytesPerSecond(), fairBytesPerSecond / 2);
        long periodMs = Math.clamp(times.silence().toMillis() / 8, 5, 250);
        thread = Thread.ofPlatform().daemon().name("datachunk-watchdog").unstarted(() -> run(periodMs));
    }

    /** Once. */
    void start() {
        thread.start();
    }

    /** Watches a call from now, the moment before its request is sent, until the watch is closed. */
    Watch watch(Source.Call call) {
        Watch watch = new Watch(call, System.nanoTime());
        watches.add(watch);
        return watch;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run(long periodMs) {
        try {
            while (true) {
                Thread.sleep(periodMs);
                long now = System.nanoTime();
                watches.forEach(watch -> watch.check(now));
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** One request under watch. Its fields are guarded by this: the transfer thread writes, the watchdog reads. */
    final class Watch implements AutoCloseable {
        private final Source.Call call;
        private boolean inBody;
        private boolean waiting = true;
        private long waitingSince;
        private long countedUntil;
        private long windowNanos;
        private long windowBytes;
        private boolean stalled;

        Watch(Source.Call call, long now) {
            this.call = call;
            this.waitingSince = now;
        }

        /** The transfer thread has the head of the answer, and is about to judge it. */
        synchronized void headArrived() {
            waiting = false;
            inBody = true;
        }

        /** The transfer thread is about to read from the body. */
        synchronized void beforeRead(long now) {
            waiting = true;
            waitingSince = now;
            countedUntil = now;
        }

        /** The read gave that many bytes. */
        synchronized void afterRead(long now, int bytes) {
            waiting = false;
            windowBytes += bytes;
            count(now);
        }

        /** Whether the watchdog cancelled the call. */
        synchronized boolean stalled() {
            return stalled;
        }

        @Override
        public void close() {
            watches.remove(this);
        }

        synchronized void check(long now) {
            if (!waiting || stalled) {
                return;
            }
            if (now - waitingSince > (inBody ? times.silence() : times.head()).toNanos()) {
                stall();
            } else if (inBody) {
                count(now);
            }
        }

        /** Adds the time since it was last counted to the window, and judges the window when it is full. */
        private void count(long now) {
            windowNanos += now - countedUntil;
            countedUntil = now;
            if (windowNanos >= times.window().toNanos()) {
                if (windowBytes < minBytesPerSecond * (windowNanos / 1e9)) {
                    stall();
                }
                windowNanos = 0;
                windowBytes = 0;
            }
        }

        private void stall() {
            stalled = true;
            try {
                call.cancel();
            } catch (RuntimeException e) {
                LOG.error("a request that stalled could not be cancelled", e);
            }
        }
    }
}
