package io.datachunk.reader;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The text form of 32-byte identities, shared by {@link ChunkId} and {@link DatasetId}. */
final class Hex {
    private static final int BYTES = 32;
    private static final int DIGITS_A_WORD = 2 * Long.BYTES;

    private static final byte[] VALUES = values();

    private Hex() {}

    /** A loop over bytes: a start parses a name of every chunk, in code that is not compiled yet. */
    static long[] parse(String what, String hex64) {
        byte[] text = hex64.getBytes(StandardCharsets.ISO_8859_1);
        long[] words = new long[BYTES / Long.BYTES];
        int wrong = text.length == 2 * BYTES ? 0 : -1;
        for (int word = 0, at = 0; wrong >= 0 && word < words.length; word++) {
            long value = 0;
            for (int end = at + DIGITS_A_WORD; at < end; at++) {
                int digit = VALUES[text[at] & 0xff];
                wrong |= digit;
                value = value << 4 | digit;
            }
            words[word] = value;
        }
        if (wrong < 0) {
            throw new IllegalArgumentException(
                    what + " needs to be 64 hexadecimal digits, but is \"" + abbreviate(hex64) + "\"");
        }
        return words;
    }

    /** What each character is as a digit, -1 if it is none. */
    private static byte[] values() {
        byte[] values = new byte[256];
        Arrays.fill(values, (byte) -1);
        for (byte value = 0; value < 16; value++) {
            char digit = Character.forDigit(value, 16);
            values[digit] = value;
            values[Character.toUpperCase(digit)] = value;
        }
        return values;
    }

    static long[] words(String what, byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException(what + " needs to be 32 bytes, but has " + bytes.length);
        }
        long[] words = new long[BYTES / Long.BYTES];
        ByteBuffer.wrap(bytes).asLongBuffer().get(words);
        return words;
    }

    static byte[] bytes(long... words) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES);
        for (long word : words) {
            bytes.putLong(word);
        }
        return bytes.array();
    }

    static String format(long... words) {
        byte[] digits = new byte[words.length * DIGITS_A_WORD];
        for (int i = 0; i < digits.length; i++) {
            int shift = Long.SIZE - 4 * (i % DIGITS_A_WORD + 1);
            digits[i] = (byte) Character.forDigit((int) (words[i / DIGITS_A_WORD] >>> shift) & 0xf, 16);
        }
        return new String(digits, StandardCharsets.ISO_8859_1);
    }

    private static String abbreviate(String text) {
        return text.length() <= 2 * BYTES ? text : text.substring(0, 2 * BYTES) + "…";
    }
}
