package io.datachunk.manager.origin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file of pseudo-random bytes that any process can work out from two numbers, from any offset on. Immutable.
 *
 * @param seed tells contents of one length apart
 * @param bytes its length
 */
public record Content(long seed, long bytes) {

    /** Strong, and another one for every content. */
    public String etag() {
        return "\"" + seed + "-" + bytes + "\"";
    }

    /** The whole of it. */
    public byte[] toBytes() {
        return slice(0, Math.toIntExact(bytes));
    }

    /** That many of its bytes from an offset on. */
    public byte[] slice(long offset, int length) {
        long first = offset / 8;
        int words = Math.toIntExact((offset + length + 7) / 8 - first);
        ByteBuffer buffer = ByteBuffer.allocate(words * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < words; i++) {
            buffer.putLong(word(first + i));
        }
        byte[] slice = new byte[length];
        buffer.get(Math.toIntExact(offset - first * 8), slice);
        return slice;
    }

    /** 64 hexadecimal digits. */
    public String sha256() {
        return sha256(toBytes());
    }

    /** 64 hexadecimal digits. */
    public static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private long word(long index) {
        long z = (seed * 0x9e3779b97f4a7c15L) ^ ((index + 1) * 0xd1342543de82ef95L);
        z = (z ^ (z >>> 32)) * 0xdaba0b6eb09322e3L;
        z = (z ^ (z >>> 29)) * 0xbf58476d1ce4e5b9L;
        return z ^ (z >>> 32);
    }
}
