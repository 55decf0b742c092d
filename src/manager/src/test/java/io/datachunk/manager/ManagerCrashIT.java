package io.datachunk.manager;

import static io.datachunk.manager.CrashingManager.CHUNKS;
import static io.datachunk.manager.CrashingManager.FILE_BYTES;
import static io.datachunk.manager.Samples.DATASET;
import static io.datachunk.manager.Samples.block;
import static io.datachunk.manager.Samples.chunk;
import static io.datachunk.manager.Samples.directories;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.datachunk.manager.origin.Origin;
import io.datachunk.manager.store.HaltAtSeam;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A manager is killed, at every seam and at random moments: every chunk that the next one lists is whole, it gets to the
 * desired state, and nothing is left over. {@code -Ddatachunk.crashes} says how many random moments.
 */
class ManagerCrashIT {
    private static final int CRASHES = Integer.getInteger("datachunk.crashes", 20);

    @TempDir
    Path dataDir;

    private Origin origin;
    private Process standby;

    @BeforeEach
    void start() throws IOException {
        origin = Origin.http();
        standby = child();
    }

    @AfterEach
    void end() throws Exception {
        standby.destroyForcibly().waitFor();
        origin.close();
    }

    static List<String> seams() {
        return HaltAtSeam.names();
    }

    @ParameterizedTest
    @MethodSource("seams")
    void survivesADeathAtASeam(String seam) throws Exception {
        int times = seam.startsWith("VOLUME") || seam.equals("PUBLISH_DATASET_MADE") ? 1 : 2;

        Process manager = release(seam.hashCode() + " " + seam + ":" + times);

        assertThat(manager.waitFor(60, TimeUnit.SECONDS))
                .as("the seam is reached")
                .isTrue();
        assertThat(manager.exitValue()).isEqualTo(HaltAtSeam.EXIT_STATUS);
        recover(0);
    }

    @Test
    void survivesADeathAtAnyMoment() throws Exception {
        long seed = Long.getLong("datachunk.seed", System.nanoTime());
        System.out.printf("ManagerCrashIT: %d crashes, seed %d%n", CRASHES, seed);
        Random random = new Random(seed);
        for (int crash = 0; crash < CRASHES; crash++) {
            Process manager = release(String.valueOf(random.nextLong()));
            manager.getInputStream().read();
            if (!manager.waitFor(random.nextInt(600), TimeUnit.MILLISECONDS)) {
                manager.destroyForcibly().waitFor();
            }
            recover(crash);
        }
    }

    @Test
    void resumesWhatAKilledManagerHadBegun() throws Exception {
        Process manager = release("slow");
        await().atMost(Duration.ofSeconds(60)).until(() -> stagedBytes() > 3L << 20);
        manager.destroyForcibly().waitFor();
        long staged = stagedBytes();
        origin.forgetRequests();

        try (DataManager next = DataManager.open(dataDir)) {
            next.setDesired(List.of(CrashingManager.slowChunk(origin.url("").toString(), "")));
            await().atMost(Duration.ofSeconds(60)).until(() -> next.listChunks().contains(Samples.id(1)));

            assertThat(origin.requests())
                    .filteredOn(request -> !request.path().endsWith("/0")) // an empty file is not worth a record
                    .isNotEmpty()
                    .allSatisfy(request -> assertThat(request.header("range")).isPresent());
            assertThat(next.downloadedBytes()).isEqualTo(2 * CrashingManager.SLOW_FILE_BYTES - staged);
        }
    }

    private long stagedBytes() {
        return Samples.paths(dataDir.resolve("staging"))
                .flatMap(Samples::paths)
                .map(Path::toFile)
                .filter(file -> file.getName().startsWith("file-"))
                .mapToLong(File::length)
                .sum();
    }

    /** What the next manager finds is whole, and it makes what is desired, with nothing left over. */
    private void recover(int version) throws Exception {
        List<ChunkSpec> desired = IntStream.range(0, CHUNKS)
                .filter(number -> (number + version) % 4 != 0)
                .mapToObj(number -> chunk(origin, number, 1 + version % 2, FILE_BYTES))
                .toList();
        try (DataManager manager = DataManager.open(dataDir)) {
            for (ChunkDirectory listed : complete()) {
                assertThat(isWholeOfAnyVersion(listed)).as("%s", listed).isTrue();
            }
            manager.setDesired(desired);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(manager.listChunks())
                            .containsExactlyInAnyOrderElementsOf(
                                    desired.stream().map(ChunkSpec::id).toList()));
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(directories(dataDir)).hasSameSizeAs(desired);
                for (ChunkSpec chunk : desired) {
                    try (ChunkRef found = manager.findChunk(
                                    DATASET, block((int) chunk.id().fourth()))
                            .orElseThrow()) {
                        Samples.assertWhole(found.path(), chunk);
                    }
                }
            });
        }
    }

    private List<ChunkDirectory> complete() {
        return Samples.paths(dataDir.resolve(ChunkDirectory.CHUNKS).resolve(DATASET.toString()))
                .map(path -> ChunkDirectory.parse(DATASET, path.getFileName().toString())
                        .orElseThrow())
                .toList();
    }

    /** Also true when the manager, which is at work already, has deleted it meanwhile. */
    private boolean isWholeOfAnyVersion(ChunkDirectory listed) {
        Path directory = dataDir.resolve(listed.relativePath());
        int number = (int) listed.id().fourth();
        return IntStream.of(1, 2).anyMatch(version -> {
            try {
                Samples.assertWhole(directory, chunk(origin, number, version, FILE_BYTES));
                return true;
            } catch (IOException | AssertionError otherVersion) {
                return !Files.exists(directory);
            }
        });
    }

    /** Lets the process that stands by begin, and has the next one stand by. */
    private Process release(String orders) throws IOException {
        Process released = standby;
        try (var in = released.outputWriter(StandardCharsets.UTF_8)) {
            in.write(orders + "\n");
        }
        standby = child();
        return released;
    }

    private Process child() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingManager.class.getName(),
                        dataDir.toString(),
                        origin.url("").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
