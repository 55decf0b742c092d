package io.datachunk.reader.format;

import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
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
        int dash = name.indexOf('-');
        int secondDash = name.indexOf('-', dash + 1);
        int dot = name.indexOf('.', secondDash + 1);
        if (dash < 0
                || secondDash < 0
                || dot - secondDash - 1 != ID_DIGITS
                || name.length() - dot - 1 > CONTENT_DIGITS) {
            return Optional.empty();
        }
        if (!isDecimal(name, 0, dash)
                || !isDecimal(name, dash + 1, secondDash)
                || !isDecimal(name, dot + 1, name.length())
                || !isLowerCase(name, secondDash + 1, dot)) {
            return Optional.empty();
        }
        try {
            long start = Long.parseUnsignedLong(name, 0, dash, 10);
            long end = Long.parseUnsignedLong(name, dash + 1, secondDash, 10);
            ChunkId id = ChunkId.parse(name.substring(secondDash + 1, dot));
            int content = Integer.parseInt(name, dot + 1, name.length(), 10);
            return Optional.of(new ChunkDirectory(dataset, new BlockRange(start, end), id, content));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    /** Whether some characters are a number as Java would print it: digits, and no zero that leads others. */
    private static boolean isDecimal(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return from < to && (text.charAt(from) != '0' || to - from == 1);
    }

    private static boolean isLowerCase(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) >= 'A' && text.charAt(i) <= 'Z') {
                return false;
            }
        }
        return true;
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
