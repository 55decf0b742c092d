package io.datachunk.manager.state;

import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/** Chunks, times and directories for the tests of the state files. */
final class Fixtures {
    static final UUID VOLUME = UUID.fromString("3d1c7c1e-9d1e-4a43-8a5e-0f5a6f0b7c11");

    /** As usual, but everything that waits does so for a tenth of the time or less. */
    static final StateTimes QUICK = new StateTimes(
            Duration.ofMillis(1_500), Duration.ofMillis(50), 10, Duration.ofMillis(400), Duration.ofMillis(100));

    private static final Path MEMORY = Path.of("/dev/shm");

    private Fixtures() {}

    static DatasetId dataset(long number) {
        return new DatasetId(number * 0x9e37_79b9_7f4a_7c15L, 1, 2, number);
    }

    static ChunkDirectory chunk(long id, long start, long end) {
        return chunk(1, id, start, end);
    }

    static ChunkDirectory chunk(long dataset, long id, long start, long end) {
        return new ChunkDirectory(
                dataset(dataset), new BlockRange(start, end), new ChunkId(id * 0xc2b2_ae3d_27d4_eb4fL, 0, 7, id), 1);
    }

    /** A new directory in memory, where readers count; the caller removes it. */
    static Path inMemory() throws IOException {
        return Files.createTempDirectory(Files.isWritable(MEMORY) ? MEMORY : Path.of("/tmp"), "datachunk-test");
    }
}
