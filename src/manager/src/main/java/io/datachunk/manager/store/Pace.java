package io.datachunk.manager.store;

import java.util.concurrent.TimeUnit;

/** A bound on bytes a second that saves nothing up while idle. Used by one thread; the clock is the caller's. */
final class Pace {
    private final long maxBytesPerSecond;
    private long freeAtNanos;
    private boolean begun;

    Pace(long maxBytesPerSecond) {
        if (maxBytesPerSecond < 1) {
            throw new IllegalArgumentException("bytes a second need to be 1 or more, but are " + maxBytesPerSecond);
        }
        this.maxBytesPerSecond = maxBytesPerSecond;
    }

    /** Counts bytes that were just read, and says at what time more may be. */
    long spend(long bytes, long nowNanos) {
        if (!begun || freeAtNanos - nowNanos < 0) {
            freeAtNanos = nowNanos;
            begun = true;
        }
        freeAtNanos += (long) ((double) bytes * TimeUnit.SECONDS.toNanos(1) / maxBytesPerSecond);
        return freeAtNanos;
    }
}
