package io.datachunk.reader.format;

import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directory of a complete chunk, which is also the record that the chunk is complete:
 * {@code chunks/<dataset>/<start>-<end>-<id>.<content>/} below the data directory, ids in hex, bounds in decimal.
 *
 * @param content 1, 2, … tells contents of one id apart that were declared one after the other
 */
public record ChunkDirectory(DatasetId dataset, BlockRange range, ChunkId id, int content) {

    private static final Pattern NAME = Pattern.compile("(\\d{1,20})-(\\d{1,20})-([0-9a-f]{64})\\.([1-9]\\d{0,8})");

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

    /** Reads a directory's name back; empty if it is not exactly what {@link #name()} would have written. */
    public static Optional<ChunkDirectory> parse(DatasetId dataset, String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            ChunkDirectory directory = new ChunkDirectory(
                    dataset,
                    new BlockRange(Long.parseUnsignedLong(matcher.group(1)), Long.parseUnsignedLong(matcher.group(2))),
                    ChunkId.parse(matcher.group(3)),
                    Integer.parseInt(matcher.group(4)));
            return directory.name().equals(name) ? Optional.of(directory) : Optional.empty();
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }
}
