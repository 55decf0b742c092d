package io.datachunk.api;

import java.time.Duration;
import java.util.Locale;

/** Numbers as printed columns show them, in the units of Kubernetes. Stateless. */
public final class ForPeople {
    private static final String[] UNITS = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

    private ForPeople() {}

    /** For example {@code 1.2Ti}, {@code 200Mi} or {@code 0}. */
    public static String bytes(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1023.5 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        boolean whole = unit == 0 || value >= 9.95 || value == Math.rint(value);
        return String.format(Locale.ROOT, whole ? "%.0f%s" : "%.1f%s", value, UNITS[unit]);
    }

    /** For example {@code 120Mi/s}. */
    public static String rate(long bytesPerSecond) {
        return bytes(bytesPerSecond) + "/s";
    }

    /** For example {@code 5m10s}: two units at most. */
    public static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3_600) {
            return two(seconds / 60, "m", seconds % 60, "s");
        }
        if (seconds < 86_400) {
            return two(seconds / 3_600, "h", seconds % 3_600 / 60, "m");
        }
        return two(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h");
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return large + largeUnit + (small == 0 ? "" : small + smallUnit);
    }
}
