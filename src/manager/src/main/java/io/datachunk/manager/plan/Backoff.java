package io.datachunk.manager.plan;

import java.util.random.RandomGenerator;

/** How long one content waits after a failure: full jitter, growing until bytes come. Owned by the planner thread. */
final class Backoff {
    private static final long FIRST_MS = 200;
    private static final long LONGEST_MS = 30_000;

    /** Enough for {@link #FIRST_MS} to reach {@link #LONGEST_MS}. */
    private static final int MAX_DOUBLINGS = 8;

    /** Failures in a row, none of which came after bytes that were not there before. */
    private int fruitless;

    /** The furthest that any try came. Not lowered when a partial is dropped: what comes again is no progress. */
    private long furthestBytes;

    private int wrongDigests;

    /** A try ended with that many bytes there; says whether it got further than any before. */
    boolean progress(long bytesDone) {
        boolean further = bytesDone > furthestBytes;
        if (further) {
            furthestBytes = bytesDone;
            fruitless = 0;
        }
        return further;
    }

    /** Counts one failure and says how long to wait. */
    long nextMs(RandomGenerator random) {
        long most = Math.min(LONGEST_MS, FIRST_MS << Math.min(fruitless, MAX_DOUBLINGS));
        fruitless++;
        return random.nextLong(most + 1);
    }

    /** Counts a wrong digest and says whether it was the second. A broken transfer in between proves nothing. */
    boolean wrongDigestAgain() {
        return ++wrongDigests >= 2;
    }

    /** Whether the last try brought nothing new, and so the next one probably will not either. */
    boolean stuck() {
        return fruitless >= 2;
    }
}
