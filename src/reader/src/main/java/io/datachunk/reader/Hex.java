package io.datachunk.reader;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** The text form of 32-byte identities, shared by {@link ChunkId} and {@link DatasetId}. */
final class Hex {
    private static final int BYTES = 32;

    private Hex() {}

    static long[] parse(String what, String hex64) {
        if (hex64.length() != 2 * BYTES || !hex64.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException(
                    what + " needs to be 64 hexadecimal digits, but is \"" + abbreviate(hex64) + "\"");
        }
        return words(what, HexFormat.of().parseHex(hex64));
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
        Arrays.stream(words).forEach(bytes::putLong);
        return bytes.array();
    }

    static String format(long... words) {
        return HexFormat.of().formatHex(bytes(words));
    }

    private static String abbreviate(String text) {
        return text.length() <= 2 * BYTES ? text : text.substring(0, 2 * BYTES) + "…";
    }
}
