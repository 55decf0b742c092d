package io.datachunk.agent.demo;

import io.datachunk.agent.world.ManifestText;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A chunk that the demo declares: a thousand blocks in four files of different sizes. Immutable.
 *
 * @param number from 0 on; names it, and is its place among the blocks
 * @param bytes of its files together, about
 */
record DemoChunk(int number, long bytes) {
    static final DatasetId DATASET = DatasetId.parse("9a".repeat(32));

    private static final long BLOCKS = 1_000;
    private static final List<String> NAMES =
            List.of("blocks.parquet", "transactions.parquet", "logs.parquet", "traces.parquet");

    /** Twelfths of the chunk that each file has. */
    private static final List<Integer> SHARES = List.of(1, 2, 3, 6);

    String name() {
        return "demo-%02d".formatted(number);
    }

    ChunkId id() {
        return new ChunkId(0, 0, 0, number + 1L);
    }

    /** A block in its middle. */
    long block() {
        return number * BLOCKS + BLOCKS / 2;
    }

    List<File> files() {
        return IntStream.range(0, NAMES.size())
                .mapToObj(file -> new File(
                        NAMES.get(file),
                        "/" + name() + "/" + NAMES.get(file),
                        bytes / 12 * SHARES.get(file) + number * 4_096L,
                        number * 10L + file))
                .toList();
    }

    /** The object to declare it with, for an origin at that URL. */
    String manifest(String origin) {
        StringBuilder yaml =
                new StringBuilder(ManifestText.head(name(), id(), DATASET, number * BLOCKS, (number + 1) * BLOCKS));
        for (File file : files()) {
            yaml.append("  - {name: %s, url: \"%s%s\", sizeBytes: %d, sha256: \"%s\"}%n"
                    .formatted(file.name(), origin, file.path(), file.bytes(), file.sha256()));
        }
        return yaml.toString();
    }

    /**
     * One file, whose bytes repeat a block of random ones: any part of it can be made at once.
     *
     * @param path at the origin
     * @param seed tells its bytes from others
     */
    record File(String name, String path, long bytes, long seed) {
        private static final int PERIOD = 65_521;

        /** That many bytes from an offset on. */
        byte[] slice(long offset, int length) {
            byte[] pattern = new byte[PERIOD];
            new Random(seed).nextBytes(pattern);
            byte[] slice = new byte[length];
            for (int i = 0; i < length; i++) {
                slice[i] = pattern[(int) ((offset + i) % PERIOD)];
            }
            return slice;
        }

        String sha256() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                byte[] pattern = slice(0, PERIOD);
                for (long left = bytes; left > 0; left -= PERIOD) {
                    digest.update(pattern, 0, (int) Math.min(left, PERIOD));
                }
                return HexFormat.of().formatHex(digest.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }
}
