package io.datachunk.reader;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A reader takes a reference while the manager retires the chunk: {@code the reader holds it, the manager sees that}. */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "The reader came first.")
@Outcome(
        id = "false, true",
        expect = Expect.ACCEPTABLE,
        desc = "The reader came late, and its count was seen before it went.")
@Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "The manager came first.")
@Outcome(id = "true, false", expect = Expect.FORBIDDEN, desc = "The chunk would be deleted while it is held.")
@State
public class AcquireAgainstRetire {
    private final int chunk = StressedSlots.liveChunk();

    /** The reader. */
    @Actor
    public void acquire(ZZ_Result result) {
        result.r1 = StressedSlots.acquire(chunk);
    }

    /** The manager. */
    @Actor
    public void retire(ZZ_Result result) {
        StressedSlots.retire(chunk);
        result.r2 = StressedSlots.isSeenHeld(chunk);
    }
}
