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
    static final List<String> FLAGS =
            List.of("-Xmx96m", "-Xss512k", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders");

    private static final int CHUNKS = 5_000;
    private static final int MOVING = 200;
    private static final long LIMIT_KILOBYTES = 200_000;

    @Test
    void fiveThousandChunksWithTwoHundredMovingTakeLessThan200Megabytes(@TempDir Path directory) throws IOException {
        Declared manifests = new Declared(Files.createDirectory(directory.resolve("manifests")));
        Path data = Files.createDirectory(directory.resolve("data"));
        try (Bucket bucket = Bucket.http()) {
            byte[] content = new byte[2 << 20];
            StringBuilder all = new StringBuilder();
            for (int number = 0; number < CHUNKS; number++) {
                bucket.put("/c" + number, content);
                all.append("---\n").append(Declared.chunk(number, bucket.url() + "/c" + number));
            }
            bucket.brake(64 << 10);
            manifests.write("all.yaml", all.toString());
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
                        "measured: %,d chunks declared, %d moving: RSS %,d kB, at most %,d kB%n",
                        CHUNKS, MOVING, agent.memoryKilobytes("VmRSS"), agent.memoryKilobytes("VmHWM"));
                assertThat(agent.memoryKilobytes("VmHWM")).isLessThan(LIMIT_KILOBYTES);
            }
        }
    }
}
