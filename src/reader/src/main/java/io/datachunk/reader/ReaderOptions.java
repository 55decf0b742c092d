package io.datachunk.reader;

/**
 * How a process takes part, for tests to choose; everybody else uses {@link #DEFAULTS}.
 *
 * @param holding counters or pins
 * @param tickMs between two heartbeats, looks at {@code root} and returns of idle pins
 * @param watchMs how long nothing needs to move before the manager counts as not running
 * @param pollMs between two looks while watching
 * @param idlePins how many pins that nobody uses are kept
 */
record ReaderOptions(Holding holding, long tickMs, long watchMs, long pollMs, int idlePins) {

    /** A live manager moves its heartbeat every second; ten of those allow for a paused one. */
    static final ReaderOptions DEFAULTS = new ReaderOptions(Holding.AUTOMATIC, 1_000, 10_000, 100, 100);

    enum Holding {
        /** Counters where {@code readers/} is writable memory, else pins. */
        AUTOMATIC,
        COUNTERS,
        PINS
    }
}
