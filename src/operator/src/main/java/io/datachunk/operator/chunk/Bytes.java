package io.datachunk.operator.chunk;

import java.util.Locale;

/** Numbers of bytes as people read them: {@code 200Mi}, {@code 1.5Gi}. */
final class Bytes {
    private static final String UNITS = "KMGTPE";
    private static final int STEP = 1024;

    private Bytes() {}

    static String format(long bytes) {
        double value = bytes;
        int unit = -1;
        while (value >= STEP && unit + 1 < UNITS.length()) {
            value /= STEP;
            unit++;
        }
        if (unit < 0) {
            return bytes + "B";
        }
        String number = String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
        return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number) + UNITS.charAt(unit) + "i";
    }
}
