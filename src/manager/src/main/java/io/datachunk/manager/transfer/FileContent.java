package io.datachunk.manager.transfer;

import io.datachunk.manager.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The checksums of a file's bytes so far. Used by one thread. */
final class FileContent {
    private final CRC32C crc32c = new CRC32C();
    private final Optional<MessageDigest> sha256;

    FileContent(boolean withSha256) {
        this.sha256 = withSha256 ? Optional.of(newSha256()) : Optional.empty();
    }

    /** Adds the remaining bytes of a buffer, whose position stays. */
    void update(ByteBuffer bytes) {
        crc32c.update(bytes.duplicate());
        sha256.ifPresent(digest -> digest.update(bytes.duplicate()));
    }

    /** Adds what a file holds from its beginning, and leaves the channel at its end; returns the number of bytes. */
    long updateFrom(FileChannel file, ByteBuffer buffer) throws IOException {
        file.position(0);
        long bytes = 0;
        while (true) {
            buffer.clear();
            int read = file.read(buffer);
            if (read < 0) {
                return bytes;
            }
            update(buffer.flip());
            bytes += read;
        }
    }

    void reset() {
        crc32c.reset();
        sha256.ifPresent(MessageDigest::reset);
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
