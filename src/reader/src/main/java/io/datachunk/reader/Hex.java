package io.datachunk.reader;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The text form of 32-byte identities, shared by {@link ChunkId} and {@link DatasetId}. */
final class Hex {
    private static final int BYTES = 32;
    private static final int DIGITS_A_WORD = 2 * Long.BYTES;

    private Hex() {}

    /** Loops and no streams: a start parses a name of every chunk, in code that is not compiled yet. */
    static long[] parse(String what, String hex64) {
        boolean usable = hex64.length() == 2 * BYTES;
        long[] words = new long[BYTES / Long.BYTES];
        for (int i = 0; usable && i < 2 * BYTES; i++) {
            char digit = hex64.charAt(i);
            usable = HexFormat.isHexDigit(digit);
            if (usable) {
                words[i / DIGITS_A_WORD] = words[i / DIGITS_A_WORD] << 4 | HexFormat.fromHexDigit(digit);
            }
        }
        if (!usable) {
            throw new IllegalArgumentException(
                    what + " needs to be 64 hexadecimal digits, but is \"" + abbreviate(hex64) + "\"");
        }
        return words;
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
