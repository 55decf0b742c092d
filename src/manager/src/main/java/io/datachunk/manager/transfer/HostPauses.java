package io.datachunk.manager.transfer;

import java.net.URI;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Short pauses of all requests to a host that refused a connection or asked to come back later. Thread-safe.
 *
 * <p>Back-off is the chunk's; this only spares a host that is known to be in trouble the requests of everybody else.
 */
final class HostPauses {
    private final long pauseNanos;
    private final ConcurrentHashMap<String, Long> untilNanos = new ConcurrentHashMap<>();

    HostPauses(long pauseNanos) {
        this.pauseNanos = pauseNanos;
    }

    void pause(URI url) {
        untilNanos.put(key(url), System.nanoTime() + pauseNanos);
    }

    /** How long to wait before asking that host, in nanoseconds; 0 or less: not at all. */
    long waitNanos(URI url) {
        Long until = untilNanos.get(key(url));
        if (until == null) {
            return 0;
        }
        long wait = until - System.nanoTime();
        if (wait <= 0) {
            untilNanos.remove(key(url), until);
        }
        return wait;
    }

    private static String key(URI url) {
        return (url.getHost() + ":" + url.getPort()).toLowerCase(Locale.ROOT);
    }
}
