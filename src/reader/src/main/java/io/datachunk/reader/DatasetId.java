package io.datachunk.reader;

/**
 * The identity of a dataset (a blockchain): 32 bytes, written as 64 hexadecimal digits.
 *
 * <p>The components are the bytes in big-endian order, 8 to a component. Immutable; ordered nowhere.
 */
public record DatasetId(long first, long second, long third, long fourth) {

    /**
     * Reads an id from its text.
     *
     * @param hex64 64 hexadecimal digits, in either case
     * @throws IllegalArgumentException if it is anything else
     */
    public static DatasetId parse(String hex64) {
        long[] words = Hex.parse("dataset id", hex64);
        return new DatasetId(words[0], words[1], words[2], words[3]);
    }

    /**
     * Makes an id of its bytes.
     *
     * @throws IllegalArgumentException unless there are 32
     */
    public static DatasetId of(byte[] bytes32) {
        long[] words = Hex.words("dataset id", bytes32);
        return new DatasetId(words[0], words[1], words[2], words[3]);
    }

    /** The 32 bytes, in a new array. */
    public byte[] toBytes() {
        return Hex.bytes(first, second, third, fourth);
    }

    /** 64 hexadecimal digits in lower case. */
    @Override
    public String toString() {
        return Hex.format(first, second, third, fourth);
    }

    /** By hand, as {@link #hashCode} is: what the language gives a record is slow until it is compiled, and a start hashes every chunk. */
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof DatasetId that
                        && that.first == first
                        && that.second == second
                        && that.third == third
                        && that.fourth == fourth;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(((first * 31 + second) * 31 + third) * 31 + fourth);
    }
}
