package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkState;
import io.datachunk.api.DataChunkFile;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the agent's pod needs on a full node. {@code -Dnode.chunks} and {@code -Dnode.fileMiB} change the size of it. */
class NodeMemoryIT extends NodeTest {
    private static final int MANY = Integer.getInteger("node.chunks", 5_000);
    private static final int LARGE = 8;
    private static final int LARGE_BYTES = Integer.getInteger("node.fileMiB", 200) << 20;
    private static final long LIMIT_KILOBYTES = 256 << 10;
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    NodeMemoryIT() {
        super("full");
    }

    @Test
    void theAgentOfAFullNodeStaysBelow256Mebibytes() throws IOException {
        int restarts = restarts(agent().orElseThrow());
        IntStream.range(0, MANY)
                .parallel()
                .forEach(number -> chunks.create(
                        "tiny-" + number,
                        number,
                        List.of(new DataChunkFile("blocks", origin.url("tiny/" + number), null, null)),
                        null,
                        Map.of()));

        awaitReady(MANY);
        assertMemory(MANY + " tiny chunks", restarts);
    }

    @Test
    void theAgentStaysWithinItsLimitsWhileLargeFilesArrive() throws IOException {
        int restarts = restarts(agent().orElseThrow());
        for (int number = 0; number < LARGE; number++) {
            chunk("large-" + number, MANY + number, 1, LARGE_BYTES);
        }

        awaitReady(LARGE);
        assertMemory(LARGE + " files of " + (LARGE_BYTES >> 20) + " MiB", restarts);
    }

    private void awaitReady(int count) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(
                                entries().stream().map(ChunkEntry::state).filter(ChunkState.READY::equals))
                        .hasSize(count));
    }

    private void assertMemory(String what, int restarts) throws IOException {
        long agent = agentProcess();
        System.out.printf(
                "measured: agent's pod with %s: RSS %,d kB, at most %,d kB%n",
                what, RunningProgram.kilobytes(agent, "VmRSS"), RunningProgram.kilobytes(agent, "VmHWM"));
        assertThat(RunningProgram.kilobytes(agent, "VmHWM")).isLessThan(LIMIT_KILOBYTES);
        assertThat(restarts(agent().orElseThrow())).as("restarts").isEqualTo(restarts);
    }
}
