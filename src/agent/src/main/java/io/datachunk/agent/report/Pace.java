package io.datachunk.agent.report;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * When to look at what there is to report. Owned by the reporter's thread; times are monotonic nanoseconds that the caller gives.
 *
 * <p>The first change after quiet is written at once, later ones together, at most every two seconds; the heartbeat comes in any
 * case. After a failure everything waits longer and longer.
 */
final class Pace {
    static final Duration GAP = Duration.ofSeconds(2);
    static final Duration HEARTBEAT = Duration.ofSeconds(30);
    static final Duration LONGEST_BACKOFF = Duration.ofSeconds(20);

    /** Changes that come together are written together: half of the shortest time that a person notices. */
    static final Duration BATCH = Duration.ofMillis(50);

    private static final Duration SHORTEST_BACKOFF = Duration.ofSeconds(1);

    private final DoubleSupplier random;
    private long nextBeat;
    private long notBefore;
    private boolean changed;
    private int failures;

    /**
     * A pace whose first heartbeat is due.
     *
     * @param random in [0, 1)
     */
    Pace(long now, DoubleSupplier random) {
        this.random = random;
        this.nextBeat = now;
        this.notBefore = now;
    }

    /** Something may have changed. */
    void changed(long now) {
        if (!changed) {
            changed = true;
            notBefore = later(notBefore, now + BATCH.toNanos());
        }
    }

    /** How long to wait, in nanoseconds; 0 or less: not at all. */
    long untilNext(long now) {
        long due = changed || nextBeat - notBefore < 0 ? notBefore : nextBeat;
        return due - now;
    }

    boolean isBeatDue(long now) {
        return nextBeat - now <= 0;
    }

    /** Everything is said. */
    void said(long now, boolean beat, boolean anyWritten) {
        changed = false;
        failures = 0;
        if (beat) {
            nextBeat = now + HEARTBEAT.toNanos();
        }
        notBefore = anyWritten ? now + GAP.toNanos() : now;
    }

    /** Nothing could be said, or only a part; the rest is tried again. */
    void failed(long now) {
        long ceiling = Math.min(LONGEST_BACKOFF.toNanos(), SHORTEST_BACKOFF.toNanos() << Math.min(failures, 10));
        failures++;
        changed = true;
        notBefore = now + (long) (ceiling * (0.5 + 0.5 * random.getAsDouble()));
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}
