package io.datachunk.manager.transfer;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A cap on the bytes a second of all downloads together. Thread-safe: {@code freeAtNanos} is guarded by this. */
final class Bandwidth {
    /** A sleep that is cut into pieces of this length lets a cancelled download go soon. */
    private static final long SLICE_NANOS = 50_000_000;

    private final long maxBytesPerSecond;
    private long freeAtNanos = System.nanoTime();

    Bandwidth(long maxBytesPerSecond) {
        this.maxBytesPerSecond = maxBytesPerSecond;
    }

    /** Bytes to ask for at once, so that a low cap does not come in bursts of seconds. */
    int step(int bufferBytes) {
        return Math.clamp(maxBytesPerSecond / 20, 1, bufferBytes);
    }

    /** Accounts for bytes that came, and waits until the cap allows more; ends early when {@code cancelled}. */
    void spend(int bytes, BooleanSupplier cancelled) {
        if (maxBytesPerSecond == Long.MAX_VALUE) {
            return;
        }
        long until;
        synchronized (this) {
            long now = System.nanoTime();
            long cost = (long) (bytes * 1e9 / maxBytesPerSecond);
            freeAtNanos = (freeAtNanos - now < 0 ? now : freeAtNanos) + cost;
            until = freeAtNanos;
        }
        for (long left = until - System.nanoTime();
                left > 0 && !cancelled.getAsBoolean();
                left = until - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, SLICE_NANOS));
        }
    }
}
