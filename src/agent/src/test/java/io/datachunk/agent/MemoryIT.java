package io.datachunk.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much memory a full node's agent needs, with the flags that the README recommends. */
class MemoryIT {
    static final List<String> FLAGS = List.of(
            "-Xmx52m",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:TrimNativeHeapInterval=1000",
            "-XX:StackShadowPages=10");

    private static final int CHUNKS = 5_000;
    private static final int MOVING = 200;

    /** 200 MB, as the kernel counts. */
    private static final long LIMIT_KILOBYTES = 200_000_000 / 1_024;

    /** Of five files: the first comes slowly, and the turn of the others only after it. */
    private static String manifest(int number, String url) {
        StringBuilder text = new StringBuilder(Declared.chunk(number, url + "/blocks"));
        for (String file : List.of("logs.parquet", "traces.parquet", "statediffs.parquet", "transactions.parquet")) {
            text.append("  - name: ").append(file).append('\n');
            text.append("    url: ").append(url).append('/').append(file).append('\n');
            text.append("    sizeBytes: 52428800\n");
            text.append("    sha256: \"").append(Declared.id(number)).append("\"\n");
        }
        return text.toString();
    }

    @Test
    void fiveThousandChunksWithTwoHundredMovingTakeLessThan200Megabytes(@TempDir Path directory) throws IOException {
        Declared manifests = new Declared(Files.createDirectory(directory.resolve("manifests")));
        Path data = Files.createDirectory(directory.resolve("data"));
        try (Bucket bucket = Bucket.http()) {
            byte[] content = new byte[4 << 20];
            for (int number = 0; number < CHUNKS; number++) {
                bucket.put("/lake/" + number + "/blocks", content);
                manifests.write(number + ".yaml", manifest(number, bucket.url() + "/lake/" + number));
            }
            bucket.brake(64 << 10);
            try (AgentProcess agent = AgentProcess.start(
                    new AgentProcess.Setting(List.of(), FLAGS, Map.of()),
                    List.of(
                            "--manifests=" + manifests.directory(),
                            "--data-dir=" + data,
                            "--http=127.0.0.1:0",
                            "--allow-address=127.0.0.1/32",
                            "--chunks-at-once=" + MOVING,
                            "--connections=" + MOVING))) {
                agent.awaits(() -> assertThat(agent.rows().stream()
                                .filter(row -> row.path("state").asText().equals("Downloading")
                                        && row.path("bytesDone").asLong() > 100_000))
                        .hasSizeGreaterThanOrEqualTo(MOVING * 9 / 10));
                for (int scrape = 0; scrape < 20; scrape++) {
                    assertThat(agent.rows()).hasSize(CHUNKS);
                    assertThat(agent.get("/metrics")).contains("datachunk_chunks");
                }
                System.out.printf(
                        "measured: %,d chunks of %,d files declared, %d moving: RSS %,d kB, at most %,d kB%n",
                        CHUNKS, 5 * CHUNKS, MOVING, agent.memoryKilobytes("VmRSS"), agent.memoryKilobytes("VmHWM"));
                assertThat(agent.memoryKilobytes("VmHWM")).isLessThan(LIMIT_KILOBYTES);
            }
        }
    }
}
