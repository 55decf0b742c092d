package io.datachunk.bench;

/** One of the comparisons of {@link SideBySide}. Used by one thread. */
@FunctionalInterface
interface Comparison {
    /** Measures, and prints its rows. */
    void run(Setting setting, Table table) throws Exception;
}
