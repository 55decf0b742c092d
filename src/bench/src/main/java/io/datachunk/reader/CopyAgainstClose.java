package io.datachunk.reader;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * The last reference to a retired chunk is copied by one thread while another closes it, after which the manager looks:
 * {@code there is a copy, the manager sees that}.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "Copied, then closed.")
@Outcome(
        id = "false, true",
        expect = Expect.ACCEPTABLE,
        desc = "Closed; the count of the copy was seen before it went.")
@Outcome(id = "false, false", expect = Expect.ACCEPTABLE, desc = "Closed, then refused to be copied.")
@Outcome(id = "true, false", expect = Expect.FORBIDDEN, desc = "The chunk would be deleted while the copy is held.")
@State
public class CopyAgainstClose {
    private final int chunk = StressedSlots.liveChunk();
    private final HeldChunk held = StressedSlots.held(chunk);

    /** Retires the chunk, so that what the actors do is all that is left of it. */
    public CopyAgainstClose() {
        StressedSlots.retire(chunk);
    }

    /** One thread of the reader. */
    @Actor
    public void copy(ZZ_Result result) {
        try {
            held.copy();
            result.r1 = true;
        } catch (IllegalStateException closed) {
            result.r1 = false;
        }
    }

    /** The other one, and then the manager. */
    @Actor
    public void close(ZZ_Result result) {
        held.close();
        result.r2 = StressedSlots.isSeenHeld(chunk);
    }
}
