package io.datachunk.manager.store;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Ends a process at a seam, as SIGKILL would: no shutdown hook runs, nothing is closed. */
public final class SeamHalt {
    private SeamHalt() {}

    /** The names of all seams. */
    public static List<String> names() {
        return Stream.of(Seam.values()).map(Enum::name).toList();
    }

    /**
     * From now on the process ends when a seam is reached.
     *
     * @param times how often, the last one included
     */
    public static void at(String name, int times) {
        Seam seam = Seam.valueOf(name);
        AtomicInteger left = new AtomicInteger(times);
        Seam.hook = reached -> {
            if (reached == seam && left.decrementAndGet() == 0) {
                Runtime.getRuntime().halt(137);
            }
        };
    }
}
