package io.datachunk.bench;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.DataManager;
import io.datachunk.manager.Options;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** Complete chunks of one dataset in a data directory, as downloads would have left them; chunk i has block i. Immutable. */
record ChunksOnDisk(List<ChunkDirectory> directories, int files) {
    static final DatasetId DATASET = DatasetId.of(new byte[32]);
    private static final int BLOCK_BYTES = 1 << 20;

    /** Makes so many chunks of so many files of zeros each, in a data directory without any. */
    static ChunksOnDisk write(Path data, int chunks, int files, long fileBytes) throws IOException {
        try (Scratch state = new Scratch(Files.createTempDirectory("datachunk-bench"))) {
            DataManager.open(data, Options.defaults().withStateDir(state.path()))
                    .close(); // its marker
        }
        byte[] record = record(files, fileBytes);
        List<ChunkDirectory> directories = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            ChunkDirectory chunk =
                    new ChunkDirectory(DATASET, new BlockRange(i, i + 1L), new ChunkId(0, 0, 0, i + 1L), 1);
            Path directory = Files.createDirectories(data.resolve(chunk.relativePath()));
            for (int file = 0; file < files; file++) {
                fill(directory.resolve(name(file)), fileBytes);
            }
            Files.write(directory.resolve(".chunk.json"), record);
            directories.add(chunk);
        }
        return new ChunksOnDisk(List.copyOf(directories), files);
    }

    /** Declarations that these chunks are the content of. */
    List<ChunkSpec> specs() {
        Map<String, String> urls = new LinkedHashMap<>();
        for (int file = 0; file < files; file++) {
            urls.put(name(file), "http://127.0.0.1:9/" + name(file));
        }
        return directories.stream()
                .map(chunk -> ChunkSpec.of(chunk.id(), chunk.dataset(), chunk.range(), urls))
                .toList();
    }

    private static String name(int file) {
        return "file-" + file;
    }

    private static void fill(Path file, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(BLOCK_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long left = bytes; left > 0; left -= zeros.limit()) {
                channel.write(zeros.clear().limit((int) Math.min(left, BLOCK_BYTES)));
            }
        }
    }

    private static byte[] record(int files, long fileBytes) {
        CRC32C checksum = new CRC32C();
        byte[] zeros = new byte[BLOCK_BYTES];
        for (long left = fileBytes; left > 0; left -= BLOCK_BYTES) {
            checksum.update(zeros, 0, (int) Math.min(left, BLOCK_BYTES));
        }
        String crc32c = HexFormat.of().toHexDigits((int) checksum.getValue());
        List<String> entries = new ArrayList<>();
        for (int file = 0; file < files; file++) {
            entries.add(
                    "{\"name\":\"%s\",\"sizeBytes\":%d,\"crc32c\":\"%s\"}".formatted(name(file), fileBytes, crc32c));
        }
        return ("{\"format\":1,\"files\":[" + String.join(",", entries) + "]}").getBytes();
    }
}
