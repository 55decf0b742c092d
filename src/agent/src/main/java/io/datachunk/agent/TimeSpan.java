package io.datachunk.agent;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a duration as ISO 8601 writes it, {@code PT5M}, or as Kubernetes does, {@code 5m}, {@code 1h30m}, {@code 0}. */
final class TimeSpan implements ITypeConverter<Duration> {
    private static final Pattern PART = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

    /** A hundred years: whoever means for ever, and still far from the end of the clock's numbers. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    @Override
    public Duration convert(String text) {
        Duration span = text.equals("0")
                ? Duration.ZERO
                : text.toUpperCase(Locale.ROOT).startsWith("P") ? iso(text) : parts(text);
        if (span.isNegative() || span.compareTo(LONGEST) > 0) {
            throw unusable(text);
        }
        return span;
    }

    private static Duration iso(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw unusable(text);
        }
    }

    private static Duration parts(String text) {
        Matcher part = PART.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            long number = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "h" -> Duration.ofHours(number);
                        default -> Duration.ofDays(number);
                    });
            end = part.end();
        }
        if (end == 0 || end != text.length()) {
            throw unusable(text);
        }
        return sum;
    }

    private static TypeConversionException unusable(String text) {
        return new TypeConversionException("'" + text + "' is not a duration such as 5m, 30s, 1h30m, PT5M or 0");
    }
}
