package io.datachunk.manager.transfer;

import io.datachunk.manager.Options;
import java.util.concurrent.atomic.LongAdder;

/**
 * What all downloads of one {@link Transfers} share. Its parts are thread-safe.
 *
 * @param receivedBytes of bodies
 */
record Engine(
        Options options,
        Source source,
        Turns turns,
        Watchdog watchdog,
        Bandwidth bandwidth,
        HostPauses pauses,
        BufferPool buffers,
        LongAdder receivedBytes,
        String bootId) {}
