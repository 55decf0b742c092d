package io.datachunk.agent;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of bytes with an optional unit, as Kubernetes writes quantities: {@code 10Gi}, {@code 50M}, {@code 4096}. */
final class ByteSize implements ITypeConverter<Long> {
    private static final Pattern TEXT =
            Pattern.compile("(\\d{1,19}(?:\\.\\d{1,9})?)\\s*([kmgtpe]?i?)b?", Pattern.CASE_INSENSITIVE);
    private static final Map<String, Long> FACTORS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("k", 1_000L),
            Map.entry("m", 1_000_000L),
            Map.entry("g", 1_000_000_000L),
            Map.entry("t", 1_000_000_000_000L),
            Map.entry("p", 1_000_000_000_000_000L),
            Map.entry("e", 1_000_000_000_000_000_000L),
            Map.entry("ki", 1L << 10),
            Map.entry("mi", 1L << 20),
            Map.entry("gi", 1L << 30),
            Map.entry("ti", 1L << 40),
            Map.entry("pi", 1L << 50),
            Map.entry("ei", 1L << 60));

    @Override
    public Long convert(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        Long factor = matcher.matches() ? FACTORS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        if (factor == null) {
            throw unusable(text);
        }
        try {
            return new BigDecimal(matcher.group(1))
                    .multiply(BigDecimal.valueOf(factor))
                    .toBigInteger()
                    .longValueExact();
        } catch (ArithmeticException tooLarge) {
            throw unusable(text);
        }
    }

    private static TypeConversionException unusable(String text) {
        return new TypeConversionException("'" + text + "' is not a number of bytes such as 10Gi, 50M or 4096");
    }
}
