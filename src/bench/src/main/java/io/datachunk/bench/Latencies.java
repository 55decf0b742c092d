package io.datachunk.bench;

/** How long many short calls took, to 1 % of each: one count for each 64th of an octave of nanoseconds. Owned by one thread. */
final class Latencies {
    private static final int PARTS = 64;
    private static final int PART_BITS = 6;

    private final long[] counts = new long[Long.SIZE * PARTS];
    private long calls;
    private long most;

    void add(long nanos) {
        counts[bucket(nanos)]++;
        calls++;
        most = Math.max(most, nanos);
    }

    /** Microseconds that so many of the calls took at most; 1: all of them. */
    double micros(double quantile) {
        long left = (long) Math.ceil(quantile * calls);
        if (left >= calls) {
            return most / 1e3;
        }
        for (int bucket = 0; ; bucket++) {
            left -= counts[bucket];
            if (left <= 0) {
                return nanos(bucket) / 1e3;
            }
        }
    }

    private static int bucket(long nanos) {
        if (nanos < PARTS) {
            return (int) Math.max(0, nanos);
        }
        int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        int part = (int) (nanos >>> octave - PART_BITS) - PARTS;
        return (octave - PART_BITS + 1) * PARTS + part;
    }

    private static double nanos(int bucket) {
        if (bucket < PARTS) {
            return bucket;
        }
        int octave = bucket / PARTS - 1;
        return (double) (PARTS + bucket % PARTS) * (1L << octave);
    }
}
