package io.datachunk.manager.transfer;

import java.time.Duration;

/**
 * The patience of transfers. Immutable.
 *
 * @param head until the head of an answer is there, from the request on
 * @param silence without a byte of a body
 * @param window over which the rate of a body is judged
 * @param minBytesPerSecond in that window
 * @param hostPause of all requests to a host that refused a connection or asked to come back later
 */
record TransferTimes(Duration head, Duration silence, Duration window, long minBytesPerSecond, Duration hostPause) {
    /** The stall rule of the design: under 16 KB/s over 15 s, or no byte for 10 s. */
    static final TransferTimes DEFAULT = new TransferTimes(
            Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(15), 16 << 10, Duration.ofSeconds(1));
}
