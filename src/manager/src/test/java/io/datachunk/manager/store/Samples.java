package io.datachunk.manager.store;

import io.datachunk.manager.Digest;
import io.datachunk.manager.StoredFile;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Chunks for tests. */
final class Samples {
    static final byte[] BLOCKS = "some blocks".getBytes(StandardCharsets.US_ASCII);
    static final byte[] LOGS = "logs of them".getBytes(StandardCharsets.US_ASCII);
    static final StoredFile BLOCKS_FILE = file("blocks.parquet", BLOCKS, true);
    static final StoredFile LOGS_FILE = file("logs.parquet", LOGS, false);
    static final StoredFile EMPTY_FILE = file("empty", new byte[0], false);
    static final List<StoredFile> FILES = List.of(BLOCKS_FILE, LOGS_FILE, EMPTY_FILE);

    private Samples() {}

    static ChunkDirectory directory(int dataset, int number) {
        return new ChunkDirectory(
                DatasetId.parse(String.format("%064x", dataset)),
                new BlockRange(number * 100L, number * 100L + 100),
                ChunkId.parse(String.format("%064x", number)),
                1);
    }

    static StoredFile file(String name, byte[] content, boolean withDigest) {
        CRC32C crc32c = new CRC32C();
        crc32c.update(content);
        return new StoredFile(
                name,
                content.length,
                (int) crc32c.getValue(),
                withDigest ? Optional.of(sha256(content)) : Optional.empty());
    }

    static Digest sha256(byte[] content) {
        try {
            return Digest.sha256(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Leaves a staging directory as a finished download does, its resume record included. */
    static Path download(ChunkStore store, ChunkDirectory directory) throws IOException {
        Path staging = store.prepare(directory);
        Files.write(staging.resolve(BLOCKS_FILE.name()), BLOCKS);
        Files.write(staging.resolve(LOGS_FILE.name()), LOGS);
        Files.write(staging.resolve(EMPTY_FILE.name()), new byte[0]);
        Files.writeString(staging.resolve(".resume.json"), "{}");
        return staging;
    }

    static void publish(ChunkStore store, ChunkDirectory directory) throws IOException {
        download(store, directory);
        store.publish(directory, FILES);
    }
}
