package io.datachunk.agent.progress;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. Stateless. */
final class Quantity {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Quantity() {}

    /** For example {@code 24.0 MiB}. */
    static String bytes(long bytes) {
        return bytes((double) bytes);
    }

    /** The same for a rate. */
    static String bytes(double bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1023.95 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0
                ? String.format(Locale.ROOT, "%.0f B", value)
                : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /** For example {@code 3 h 5 min}: two units at most, rounded up to a second. */
    static String duration(Duration duration) {
        long seconds = duration.plusNanos(999_999_999).toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        if (seconds < 86_400) {
            return seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
        }
        return seconds / 86_400 + " d " + seconds % 86_400 / 3_600 + " h";
    }
}
