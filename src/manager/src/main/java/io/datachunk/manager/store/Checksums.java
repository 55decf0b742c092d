package io.datachunk.manager.store;

import io.datachunk.manager.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/** What a file that is read back has added up to so far. Used by one thread. */
final class Checksums {
    private final CRC32C crc32c = new CRC32C();
    private final Optional<MessageDigest> sha256;
    private long bytes;

    Checksums(boolean withSha256) {
        this.sha256 = withSha256 ? Optional.of(newSha256()) : Optional.empty();
    }

    /** Adds the remaining bytes of a buffer. */
    void update(ByteBuffer read) {
        bytes += read.remaining();
        sha256.ifPresent(digest -> digest.update(read.duplicate()));
        crc32c.update(read);
    }

    long bytes() {
        return bytes;
    }

    int crc32c() {
        return (int) crc32c.getValue();
    }

    /** The digest of everything added, if one was wanted; ends the calculation. */
    Optional<Digest> digest() {
        return sha256.map(digest -> Digest.sha256(HexFormat.of().formatHex(digest.digest())));
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
