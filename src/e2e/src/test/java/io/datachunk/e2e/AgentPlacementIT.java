package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.NodeCounts;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes, each with an agent. */
class AgentPlacementIT extends LakeTest {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    AgentPlacementIT() {
        super("e2e-placement");
    }

    @BeforeEach
    void setUp() {
        lake.node("place-a", Map.of("disk", "fast"));
        lake.node("place-b", Map.of("disk", "slow"));
        lake.node("place-c", Map.of());
    }

    @Test
    void chunksAreWhereTheyAreWantedAndASilentNodeIsUnknown(Cluster cluster) throws IOException, InterruptedException {
        lake.operator().awaitReady();
        lake.agent("place-a").awaitReady();
        lake.agent("place-b").awaitReady();
        ShippedJar third = lake.agent("place-c").awaitReady();
        lake.chunk("everywhere", 0, 1_000, null, Map.of());
        lake.chunk("named", 1, 1_000, "place-b", Map.of());
        lake.chunk("selected", 2, 1_000, null, Map.of("disk", "fast"));
        lake.chunk("nowhere", 3, 1_000, null, Map.of("disk", "none"));

        lake.chunks().awaitReady("everywhere", "3/3");
        lake.chunks().awaitReady("named", "1/1");
        lake.chunks().awaitReady("selected", "1/1");
        lake.chunks().awaitReason("nowhere", "NoMatchingNode");
        assertThat(ids("place-a")).containsExactlyInAnyOrder(Chunks.id(0), Chunks.id(2));
        assertThat(ids("place-b")).containsExactlyInAnyOrder(Chunks.id(0), Chunks.id(1));
        assertThat(ids("place-c")).containsExactlyInAnyOrder(Chunks.id(0));

        cluster.client().nodes().withName("place-b").patch(MERGE, "{\"metadata\": {\"labels\": {\"disk\": \"fast\"}}}");
        lake.chunks().awaitReady("selected", "2/2");
        cluster.client().nodes().withName("place-a").patch(MERGE, "{\"metadata\": {\"labels\": {\"disk\": null}}}");
        lake.chunks().awaitReady("selected", "1/1");
        Chunks.await(() -> assertThat(ids("place-a")).containsExactlyInAnyOrder(Chunks.id(0)));

        third.program().kill();

        Chunks.await(() -> assertThat(lake.chunks().named("everywhere").get().getStatus())
                .satisfies(status -> {
                    assertThat(Chunks.reason(status)).isEqualTo("NodeUnknown");
                    assertThat(status.nodes()).isEqualTo(new NodeCounts(3, 2, 0, 1));
                }));
        lake.chunks().awaitReady("named", "1/1");

        lake.agent("place-c").awaitReady();

        lake.chunks().awaitReady("everywhere", "3/3");
        assertThat(lake.origin().requests().stream().filter("GET /everywhere"::equals))
                .as("downloads by three nodes")
                .hasSize(3);
    }

    private List<String> ids(String node) throws IOException {
        return Chunks.ids(lake.data(node));
    }
}
