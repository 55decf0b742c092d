package io.datachunk.reader;

/**
 * A half-open range of blocks: {@code start} is in it, {@code end} is not. Never empty.
 *
 * <p>Both bounds are unsigned 64-bit numbers carried in a {@code long}: compare them with
 * {@link Long#compareUnsigned} and print them with {@link Long#toUnsignedString(long)}.
 *
 * @param start the first block, unsigned
 * @param end the block after the last, unsigned
 */
public record BlockRange(long start, long end) {

    /**
     * @throws IllegalArgumentException unless {@code start < end}, unsigned
     */
    public BlockRange {
        if (Long.compareUnsigned(start, end) >= 0) {
            throw new IllegalArgumentException("block range needs start < end, but is [" + Long.toUnsignedString(start)
                    + ", " + Long.toUnsignedString(end) + ")");
        }
    }

    /** Whether this range covers {@code block}, an unsigned number. */
    public boolean contains(long block) {
        return Long.compareUnsigned(start, block) <= 0 && Long.compareUnsigned(block, end) < 0;
    }

    /** {@code [start, end)} in decimal. */
    @Override
    public String toString() {
        return "[" + Long.toUnsignedString(start) + ", " + Long.toUnsignedString(end) + ")";
    }

    /** By hand for the same reason as that of {@link ChunkId}. */
    @Override
    public boolean equals(Object other) {
        return other instanceof BlockRange that && that.start == start && that.end == end;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(start * 31 + end);
    }
}
