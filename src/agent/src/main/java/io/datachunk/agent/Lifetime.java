package io.datachunk.agent;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the process ends: with 0 after SIGTERM or SIGINT, whatever still runs. Thread-safe.
 *
 * <p>A JVM that a signal ends exits with the signal's number, so the hook halts it by itself.
 */
final class Lifetime {
    private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);

    /** Kubernetes and people wait longer; five seconds are promised. */
    private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(4);

    private final AtomicBoolean ending = new AtomicBoolean();

    /** Waits for a signal; the signal's thread then closes and ends the process. */
    int run(Runnable close) throws InterruptedException {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> onSignal(close)));
        new CountDownLatch(1).await();
        return 0;
    }

    /** Ends the process with a code of its own. */
    void end(int code) {
        if (ending.compareAndSet(false, true)) {
            System.exit(code);
        }
    }

    private void onSignal(Runnable close) {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        LOG.info("asked to end: closing");
        CountDownLatch closed = new CountDownLatch(1);
        Thread.ofPlatform().name("close").daemon().start(() -> {
            try {
                close.run();
            } finally {
                closed.countDown();
            }
        });
        try {
            if (closed.await(TIME_TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.info("closed");
            } else {
                LOG.warn("not everything closed in time; what is on the disk is whole all the same");
            }
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }
}
