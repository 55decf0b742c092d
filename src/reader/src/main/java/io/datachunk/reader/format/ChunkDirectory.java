package io.datachunk.reader.format;

import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The directory of a complete chunk, which is also the record that the chunk is complete:
 * {@code chunks/<dataset>/<start>-<end>-<id>.<content>/} below the data directory, ids in hex, bounds in decimal.
 *
 * @param content 1, 2, … tells contents of one id apart that were declared one after the other
 */
public record ChunkDirectory(DatasetId dataset, BlockRange range, ChunkId id, int content) {

    private static final int ID_DIGITS = 64;

    /** So that every content is an int. */
    private static final int CONTENT_DIGITS = 9;

    /** No number of so many digits is too large for a long. */
    private static final int MOST_SIGNED_DIGITS = 18;

    private static final int LOWER_CASE = 0x20;

    /** The directory below the data directory that holds every dataset. */
    public static final String CHUNKS = "chunks";

    public ChunkDirectory {
        if (content < 1) {
            throw new IllegalArgumentException("content needs to be 1 or more, but is " + content);
        }
    }

    /** The last component of the path, {@code <start>-<end>-<id>.<content>}. */
    public String name() {
        return Long.toUnsignedString(range.start()) + "-" + Long.toUnsignedString(range.end()) + "-" + id + "."
                + content;
    }

    /** The path below the data directory, with {@code /} between its components. */
    public String relativePath() {
        return CHUNKS + "/" + dataset + "/" + name();
    }

    /**
     * Reads a directory's name back; empty if it is not exactly what {@link #name()} would have written. By hand, for a
     * start does this for every chunk before anything is found, in code that is not compiled yet.
     */
    public static Optional<ChunkDirectory> parse(DatasetId dataset, String name) {
        byte[] text = name.getBytes(StandardCharsets.ISO_8859_1);
        int dash = name.indexOf('-');
        int secondDash = name.indexOf('-', dash + 1);
        int dot = secondDash + 1 + ID_DIGITS;
        int contentDigits = text.length - dot - 1;
        if (dash < 0
                || secondDash < 0
                || contentDigits < 1
                || contentDigits > CONTENT_DIGITS
                || text[dot] != '.'
                || !isLowerCase(text, secondDash + 1, dot)) {
            return Optional.empty();
        }
        try {
            BlockRange range = new BlockRange(decimal(text, 0, dash), decimal(text, dash + 1, secondDash));
            ChunkId id = ChunkId.parse(name.substring(secondDash + 1, dot));
            return Optional.of(new ChunkDirectory(dataset, range, id, (int) decimal(text, dot + 1, text.length)));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    /**
     * An unsigned number as Java would have printed it.
     *
     * @throws NumberFormatException if it is anything but digits, or a zero leads others
     */
    private static long decimal(byte[] text, int from, int to) {
        long value = 0;
        boolean digits = from < to && (text[from] != '0' || to - from == 1);
        for (int i = from; i < to; i++) {
            int digit = text[i] - '0';
            digits &= digit >= 0 && digit <= 9;
            value = 10 * value + digit;
        }
        if (!digits) {
            throw new NumberFormatException("no decimal number");
        }
        return to - from <= MOST_SIGNED_DIGITS
                ? value
                : Long.parseUnsignedLong(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
    }

    /** Of what may be hexadecimal digits: upper-case ones alone lack a bit. */
    private static boolean isLowerCase(byte[] text, int from, int to) {
        int common = -1;
        for (int i = from; i < to; i++) {
            common &= text[i];
        }
        return (common & LOWER_CASE) != 0;
    }

    /** By hand, as {@link #hashCode} is, for the same reason as that of {@link ChunkId}. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkDirectory that
                && that.content == content
                && that.id.equals(id)
                && that.range.equals(range)
                && that.dataset.equals(dataset);
    }

    @Override
    public int hashCode() {
        return 31 * id.hashCode() + content;
    }
}
