package io.datachunk.agent.progress;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a count of bytes grows, over the last seconds. Owned by one thread. */
public final class RateMeter {
    /** Evens out the start and end of single files, and still follows a change of the network. */
    private static final long WINDOW_NANOS = Duration.ofSeconds(5).toNanos();

    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanoTime, long bytes) {}

    /** Takes the count at a monotonic time; gives bytes a second. */
    public double sample(long nanoTime, long bytes) {
        samples.addLast(new Sample(nanoTime, bytes));
        while (samples.size() > 2 && nanoTime - samples.getFirst().nanoTime() > WINDOW_NANOS) {
            samples.removeFirst();
        }
        Sample oldest = samples.getFirst();
        long nanos = nanoTime - oldest.nanoTime();
        return nanos <= 0 ? 0 : (bytes - oldest.bytes()) * 1e9 / nanos;
    }
}
