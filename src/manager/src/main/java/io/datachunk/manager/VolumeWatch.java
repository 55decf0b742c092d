package io.datachunk.manager;

import io.datachunk.manager.store.SpaceLedger;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the volume every second, and when bytes have gone, on a thread of its own. Thread-safe.
 *
 * <p>Thousands of small deletes are few measurements: each has the plan look at everything that waits for space.
 */
final class VolumeWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeWatch.class);
    private static final long PERIOD_MS = 1_000;

    /** The deletes of so long are measured together. */
    private static final long GATHER_MS = 20;

    private final SpaceLedger space;
    private final LongConsumer freeBytes;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("datachunk-volume").factory());
    private final AtomicBoolean looksSoon = new AtomicBoolean();
    private volatile VolumeStatus status;

    /**
     * Measures once, and then again and again.
     *
     * @param freeBytes told what downloads could take, each time
     */
    VolumeWatch(SpaceLedger space, LongConsumer freeBytes) throws IOException {
        this.space = space;
        this.freeBytes = freeBytes;
        this.status = space.status();
        var _ = thread.scheduleWithFixedDelay(this::measure, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    VolumeStatus status() {
        return status;
    }

    /** Measures soon. */
    void look() {
        if (!looksSoon.compareAndSet(false, true)) {
            return;
        }
        try {
            var _ = thread.schedule(this::measureGathered, GATHER_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("closed");
        }
    }

    private void measureGathered() {
        // First: what goes from now on may not be in this measurement.
        looksSoon.set(false);
        measure();
    }

    private void measure() {
        try {
            status = space.status();
            freeBytes.accept(space.freeBytes());
        } catch (IOException | RuntimeException e) {
            LOG.warn("the volume cannot be measured: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
