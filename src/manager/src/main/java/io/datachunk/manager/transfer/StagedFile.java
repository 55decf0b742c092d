package io.datachunk.manager.transfer;

import io.datachunk.manager.Digest;
import io.datachunk.manager.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/**
 * A file in a staging directory, written from its beginning to its end, and the checksums of what is in it. Used by one
 * thread.
 */
final class StagedFile implements AutoCloseable {
    private final FileChannel channel;
    private final DirectFile direct;
    private final CRC32C crc32c = new CRC32C();
    private final Optional<MessageDigest> sha256;
    private long bytes;

    private StagedFile(Path path, FileChannel channel, boolean withSha256) {
        this.channel = channel;
        this.direct = new DirectFile(path);
        this.sha256 = withSha256 ? Optional.of(newSha256()) : Optional.empty();
    }

    /** Makes an empty file in place of whatever has the name. Never follows a link. */
    static StagedFile create(Path path, boolean withSha256) throws IOException {
        try {
            return new StagedFile(path, newFile(path), withSha256);
        } catch (FileAlreadyExistsException e) {
            Files.delete(path);
            return new StagedFile(path, newFile(path), withSha256);
        }
    }

    private static FileChannel newFile(Path path) throws IOException {
        return FileChannel.open(
                path,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
    }

    /** Opens what an earlier download left; {@link #readBack} has to come before the first write. */
    static StagedFile reopen(Path path, boolean withSha256) throws IOException {
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return create(path, withSha256);
        }
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        return new StagedFile(path, channel, withSha256);
    }

    /** Adds what is there to the checksums; ends early when {@code cancelled}. */
    void readBack(ByteBuffer buffer, BooleanSupplier cancelled) throws IOException {
        while (!cancelled.getAsBoolean() && channel.read(buffer.clear()) >= 0) {
            add(buffer.flip());
        }
    }

    /** Appends the remaining bytes of a buffer; one of the {@link BufferPool} past the page cache, if it has enough of them. */
    void write(ByteBuffer buffer) throws IOException {
        ByteBuffer content = buffer.duplicate();
        long end = bytes + buffer.remaining();
        direct.write(buffer, bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer, end - buffer.remaining());
        }
        add(content);
    }

    /** Drops every byte. */
    void clear() throws IOException {
        if (bytes > 0) {
            channel.truncate(0);
        }
        crc32c.reset();
        sha256.ifPresent(MessageDigest::reset);
        bytes = 0;
    }

    /** Bytes that are in the file and in its checksums. */
    long bytes() {
        return bytes;
    }

    /** Ends the checksums; the digest is there if one was wanted. The file is not forced to disk yet. */
    StoredFile seal(String name) {
        return new StoredFile(
                name,
                bytes,
                (int) crc32c.getValue(),
                sha256.map(digest -> Digest.sha256(HexFormat.of().formatHex(digest.digest()))));
    }

    void force() throws IOException {
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        try (direct) {
            channel.close();
        }
    }

    private void add(ByteBuffer content) {
        bytes += content.remaining();
        crc32c.update(content.duplicate());
        sha256.ifPresent(digest -> digest.update(content.duplicate()));
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
