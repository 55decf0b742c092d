package io.datachunk.manager;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The digest of a file's content. Immutable.
 *
 * @param algorithm {@code sha256}, the only one so far
 * @param hex 64 hexadecimal digits in lower case
 */
public record Digest(String algorithm, String hex) {
    private static final String SHA256 = "sha256";
    private static final Pattern HEX_64 = Pattern.compile("[0-9a-f]{64}");

    /**
     * @throws IllegalArgumentException if the algorithm is unknown or the digits are not its
     */
    public Digest {
        if (!algorithm.equals(SHA256)) {
            throw new IllegalArgumentException("digest needs to be sha256, but is \"" + algorithm + "\"");
        }
        if (!HEX_64.matcher(hex).matches()) {
            throw new IllegalArgumentException("sha256 needs to be 64 hexadecimal digits, but is \"" + hex + "\"");
        }
    }

    /**
     * A SHA-256 digest.
     *
     * @param hex64 64 hexadecimal digits, in either case
     * @throws IllegalArgumentException if it is anything else
     */
    public static Digest sha256(String hex64) {
        return new Digest(SHA256, hex64.toLowerCase(Locale.ROOT));
    }

    /** {@code sha256:<hex>}. */
    @Override
    public String toString() {
        return algorithm + ":" + hex;
    }
}
