package io.datachunk.manager.transfer;

import io.datachunk.manager.Options;

/** What all downloads of one {@link Transfers} share. Its parts are thread-safe. */
record Engine(
        Options options,
        Source source,
        Watchdog watchdog,
        Bandwidth bandwidth,
        HostPauses pauses,
        BufferPool buffers,
        String bootId) {}
