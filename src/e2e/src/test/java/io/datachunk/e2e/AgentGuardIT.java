package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.DataChunkApi;
import io.datachunk.api.ResourceCondition;
import java.io.IOException;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Most of the chunks of a node are deleted at once. */
class AgentGuardIT extends LakeTest {
    private static final int CHUNKS = 100;
    private static final int DELETED = 60;
    private static final int FREELY = 20;

    AgentGuardIT() {
        super("e2e-guard");
    }

    @BeforeEach
    void setUp() {
        lake.node("guard-a", Map.of());
    }

    @Test
    void aMassDeletionIsHeldAndUndoneAtNoCost() throws IOException {
        ShippedJar agent = lake.agent("guard-a", "--delete-grace=10m").awaitReady();
        IntStream.range(0, CHUNKS).forEach(this::create);
        Chunks.await(() -> assertThat(ready()).isEqualTo(CHUNKS));
        int requests = lake.origin().requests().size();

        IntStream.range(0, DELETED).forEach(this::delete);

        Chunks.await(() -> {
            assertThat(Chunks.ids(lake.data("guard-a"))).hasSize(CHUNKS - FREELY);
            assertThat(lake.condition("guard-a", DataChunkApi.CONDITION_DELETES_HELD))
                    .hasValueSatisfying(held -> {
                        assertThat(held.status()).isEqualTo(ResourceCondition.TRUE);
                        assertThat(held.message()).contains(Integer.toString(DELETED - FREELY));
                    });
            assertThat(lake.entries("guard-a"))
                    .filteredOn(entry -> entry.reason().equals("DeletesHeld"))
                    .hasSize(DELETED - FREELY);
        });
        assertThat(agent.program().log()).contains("not declared any more, too many at once");

        IntStream.range(0, DELETED).forEach(this::create);

        Chunks.await(() -> assertThat(ready()).isEqualTo(CHUNKS));
        assertThat(lake.origin().requests())
                .as("only what had gone is downloaded again")
                .hasSize(requests + FREELY);
        Chunks.await(() -> assertThat(lake.condition("guard-a", DataChunkApi.CONDITION_DELETES_HELD))
                .map(ResourceCondition::status)
                .hasValue("False"));
    }

    @Test
    void aMassDeletionIsCarriedOutWhenTheGraceIsOver() throws IOException {
        lake.agent("guard-a", "--delete-grace=5s").awaitReady();
        IntStream.range(0, CHUNKS).forEach(this::create);
        Chunks.await(() -> assertThat(ready()).isEqualTo(CHUNKS));

        IntStream.range(0, DELETED).forEach(this::delete);

        Chunks.await(() -> {
            assertThat(Chunks.ids(lake.data("guard-a"))).hasSize(CHUNKS - DELETED);
            assertThat(lake.entries("guard-a")).hasSize(CHUNKS - DELETED);
        });
    }

    private void create(int number) {
        lake.chunk("many-" + number, number, 100, "guard-a", Map.of());
    }

    private void delete(int number) {
        lake.chunks().named("many-" + number).delete();
    }

    private long ready() {
        return lake.entries("guard-a").stream()
                .filter(entry -> entry.reason().equals("Ready"))
                .count();
    }
}
