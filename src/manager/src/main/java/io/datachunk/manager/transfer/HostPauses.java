package io.datachunk.manager.transfer;

import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Short pauses of all requests to a host that refused a connection or asked to come back later. Thread-safe.
 *
 * <p>Back-off is the chunk's; this only spares a host that is known to be in trouble the requests of everybody else.
 */
final class HostPauses {
    private final long pauseNanos;
    private final LongSupplier nanoTime;
    private final ConcurrentHashMap<Authority, Long> untilNanos = new ConcurrentHashMap<>();

    HostPauses(long pauseNanos, LongSupplier nanoTime) {
        this.pauseNanos = pauseNanos;
        this.nanoTime = nanoTime;
    }

    void pause(URI url) {
        untilNanos.put(Authority.of(url), nanoTime.getAsLong() + pauseNanos);
    }

    /** How long to wait before asking that host, in nanoseconds; 0: not at all. */
    long waitNanos(URI url) {
        Authority host = Authority.of(url);
        Long until = untilNanos.get(host);
        if (until == null) {
            return 0;
        }
        long wait = until - nanoTime.getAsLong();
        if (wait <= 0) {
            untilNanos.remove(host, until);
        }
        return Math.max(0, wait);
    }
}
