package io.datachunk.manager.store;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Ends the process as SIGKILL would, at a moment that the system property {@code datachunk.test.seam} names:
 * {@code PUBLISH_RENAMED}, or {@code DELETE_UNLINKED:3} for the third time.
 */
public final class HaltAtSeam {
    /** The system property. */
    public static final String PROPERTY = "datachunk.test.seam";

    /** The exit status of a process that was ended so. */
    public static final int EXIT_STATUS = 42;

    private HaltAtSeam() {}

    /** The names of all seams. */
    public static List<String> names() {
        return Stream.of(Seam.values()).map(Enum::name).toList();
    }

    /** To be called before a store is opened. Does nothing without the property. */
    public static void install() {
        String wanted = System.getProperty(PROPERTY);
        if (wanted == null) {
            return;
        }
        int colon = wanted.indexOf(':');
        Seam seam = Seam.valueOf(colon < 0 ? wanted : wanted.substring(0, colon));
        AtomicInteger left = new AtomicInteger(colon < 0 ? 1 : Integer.parseInt(wanted.substring(colon + 1)));
        Seam.hook = reached -> {
            if (reached == seam && left.decrementAndGet() == 0) {
                Runtime.getRuntime().halt(EXIT_STATUS);
            }
        };
    }
}
