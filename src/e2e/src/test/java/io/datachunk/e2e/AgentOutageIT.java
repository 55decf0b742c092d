package io.datachunk.e2e;

import static io.datachunk.e2e.Cluster.MERGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API server goes away under a running agent, or comes back with an older memory. Each test has a control plane of its own. */
class AgentOutageIT extends OwnClusterTest {
    private static final Duration AWAY = Duration.ofSeconds(60);
    private static final int BYTES_PER_SECOND = 600_000;

    AgentOutageIT() {
        super("e2e-outage");
    }

    @BeforeEach
    void addNode() {
        lake.node("out-a", Map.of());
    }

    @Test
    void downloadsAndReadersGoOnWithoutTheServer() throws IOException, InterruptedException {
        lake.operator().awaitReady();
        ShippedJar agent =
                lake.agent("out-a", "--max-bandwidth=" + BYTES_PER_SECOND).awaitReady();
        create("small-0", 0, 10_000);
        create("small-1", 1, 10_000);
        lake.chunks().awaitReady("small-0", "1/1");
        lake.chunks().awaitReady("small-1", "1/1");
        try (Worker worker = lake.worker("out-a")) {
            worker.tell("watch 0 1999");
            create("big", 2, BYTES_PER_SECOND * 40);
            Chunks.await(() -> assertThat(lake.entries("out-a"))
                    .extracting(ChunkEntry::state)
                    .contains(ChunkState.DOWNLOADING));

            controlPlane.killApiServer();
            Instant killed = Instant.now();

            Chunks.await(() -> assertThat(worker.tell("find 2500")).isNotEqualTo("nothing"));
            assertThat(Duration.between(killed, Instant.now()))
                    .as("the download was under way all the time")
                    .isGreaterThan(Duration.ofSeconds(10));
            while (Duration.between(killed, Instant.now()).compareTo(AWAY) < 0) {
                assertThat(agent.get("/livez")).isEqualTo("ok\n");
                assertThat(agent.get("/readyz")).isEqualTo("ok\n");
                Thread.sleep(1_000);
            }
            controlPlane.startApiServerAgain();
            lake.operator().awaitReady();

            lake.chunks().awaitReady("big", "1/1");
            create("next", 3, 10_000);
            lake.chunks().awaitReady("next", "1/1");
            lake.chunks().awaitReady("small-0", "1/1");
            assertThat(worker.tell("misses")).isEqualTo("0");
        }
        assertThat(Chunks.ids(lake.data("out-a")))
                .containsExactlyInAnyOrder(Chunks.id(0), Chunks.id(1), Chunks.id(2), Chunks.id(3));
        assertThat(lake.origin().requests()).as("nothing comes twice").hasSize(4);
    }

    @Test
    void aServerThatWasRestoredFromABackupTakesNothingAwayThatItDeclares() throws IOException, InterruptedException {
        ShippedJar operator = lake.operator().awaitReady();
        ShippedJar agent = lake.agent("out-a").awaitReady();
        create("deleted", 0, 10_000);
        create("kept", 1, 10_000);
        lake.chunks().awaitReady("deleted", "1/1");
        lake.chunks().awaitReady("kept", "1/1");
        try (Worker worker = lake.worker("out-a")) {
            worker.tell("watch 1000 1999");
            controlPlane.backUp();
            lake.chunks().named("deleted").delete();
            create("forgotten", 2, 10_000);
            Chunks.await(() ->
                    assertThat(Chunks.ids(lake.data("out-a"))).containsExactlyInAnyOrder(Chunks.id(1), Chunks.id(2)));
            writeMore(); // so that the restored server is behind for long
            Thread.sleep(35_000); // the agent looks twice a minute how far the server is

            controlPlane.restore();

            Chunks.await(() ->
                    assertThat(Chunks.ids(lake.data("out-a"))).containsExactlyInAnyOrder(Chunks.id(0), Chunks.id(1)));
            assertThat(agent.program().log()).contains("went back to an older state");
            create("after", 3, 10_000);
            Chunks.await(() -> assertThat(Chunks.ids(lake.data("out-a"))).contains(Chunks.id(3)));
            Chunks.await(() -> assertThat(operator.program().isAlive()).isFalse());
            lake.operator().awaitReady();
            lake.chunks().awaitReady("after", "1/1");
            lake.chunks().awaitReady("deleted", "1/1");
            assertThat(worker.tell("misses")).isEqualTo("0");
        }
    }

    /** Revisions that a server which is restored has not. */
    private void writeMore() {
        for (int i = 0; i < 200; i++) {
            lake.chunks().named("kept").patch(MERGE, "{\"metadata\": {\"annotations\": {\"written\": \"" + i + "\"}}}");
        }
    }

    private void create(String name, int number, int bytes) {
        lake.chunk(name, number, bytes, "out-a", Map.of());
    }
}
