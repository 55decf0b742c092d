package io.datachunk.e2e;

import static io.datachunk.api.ResourceCondition.holds;
import static io.datachunk.e2e.Cluster.MERGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkState;
import io.datachunk.api.NodeChunkSlice;
import io.datachunk.api.NodeChunks;
import io.datachunk.api.NodeCounts;
import io.datachunk.api.NodeFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's jar against the API server, with the privileges that ship. The test plays the agents. */
@NeedsCluster
class OperatorIT {
    private static final String NAMESPACE = "e2e-operator";

    @TempDir
    Path directory;

    private Chunks chunks;
    private PretendedAgents agents;
    private Path kubeconfig;
    private final List<ShippedJar> operators = new ArrayList<>();

    @BeforeEach
    void install(Cluster cluster) throws IOException {
        chunks = new Chunks(cluster.client(), NAMESPACE);
        agents = new PretendedAgents(cluster.client(), NAMESPACE);
        ServiceAccounts accounts = ServiceAccounts.install(cluster);
        accounts.node("op-a", Map.of("disk", "fast"));
        accounts.node("op-b", Map.of("disk", "slow"));
        kubeconfig = accounts.operator(directory);
    }

    @AfterEach
    void cleanUp() {
        operators.forEach(ShippedJar::close);
        chunks.deleteAll();
        agents.forgetAll();
    }

    @Test
    void theStatusFollowsTheNodesAndKubectlCanWaitForIt(Cluster cluster) throws IOException {
        operator("one");
        chunks.create("eth-0", 0, null, Map.of());
        chunks.awaitReason("eth-0", "NoMatchingNode");

        agents.report("op-a");
        agents.report("op-b");
        chunks.awaitStatus("eth-0", status -> assertThat(status.ready()).isEqualTo("0/2"));
        agents.say("op-a", ready("eth-0"));
        agents.say("op-b", agents.entry("eth-0", 1, ChunkState.DOWNLOADING, "Downloading"));
        chunks.awaitStatus("eth-0", status -> assertThat(status.ready()).isEqualTo("1/2"));
        agents.say("op-b", ready("eth-0"));

        assertThat(cluster.kubectl(
                        "wait", "--for=condition=Ready", "--timeout=120s", "-n", NAMESPACE, "datachunk/eth-0"))
                .contains("condition met");
        assertThat(cluster.kubectl("get", "datachunks", "-n", NAMESPACE)).contains("2/2", "Ready");
        assertThat(chunks.events())
                .as("events about a chunk that just became ready")
                .isEmpty();
    }

    @Test
    void theCheckSaysWhatIsWrongUntilAllIsWell(Cluster cluster) throws IOException {
        cluster.client()
                .leases()
                .inNamespace(ServiceAccounts.NAMESPACE)
                .withName("datachunk-operator")
                .delete();
        assertThat(ShippedJar.check(kubeconfig).text()).contains("no operator leads", "no agent has reported");

        operator("one");
        agents.report("op-a");

        Chunks.await(() -> assertThat(ShippedJar.check(kubeconfig)).satisfies(printed -> {
            assertThat(printed.exitCode()).isEqualTo(1);
            assertThat(printed.text().lines()).singleElement().asString().contains("node op-a", "not ready");
        }));

        cluster.client()
                .resources(NodeChunks.class)
                .inNamespace(ServiceAccounts.NAMESPACE)
                .withName("op-a")
                .subresource("status")
                .patch(MERGE, """
                        {"status": {"conditions": [{"type": "Ready", "status": "True", "reason": "Ready", "message": "",
                        "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}""");

        assertThat(ShippedJar.check(kubeconfig).exitCode()).isZero();
    }

    @Test
    void selectorsAndLabelsDecideWhoIsAsked(Cluster cluster) throws IOException {
        agents.report("op-a");
        agents.report("op-b");
        operator("one");
        chunks.create("fast", 0, null, Map.of("disk", "fast"));
        chunks.create("named", 1, "op-b", Map.of());
        agents.say("op-a", ready("fast"));
        chunks.awaitReady("fast", "1/1");
        chunks.awaitStatus("named", status -> assertThat(status.ready()).isEqualTo("0/1"));

        cluster.client().nodes().withName("op-b").patch(MERGE, "{\"metadata\": {\"labels\": {\"disk\": \"fast\"}}}");

        chunks.awaitStatus("fast", status -> assertThat(status.ready()).isEqualTo("1/2"));
    }

    @Test
    void aFailureIsToldOnceAndSoIsTheRecovery() throws IOException {
        agents.report("op-a");
        operator("one");
        chunks.create("bad", 0, "op-a", Map.of());
        chunks.create("good", 1, "op-a", Map.of());
        agents.say("op-a", failed("bad", "NotFound"), ready("good"));

        chunks.awaitStatus("bad", status -> {
            assertThat(holds(status.conditions(), "Stalled")).isTrue();
            assertThat(status.failures())
                    .extracting(NodeFailure::nodeName, NodeFailure::reason)
                    .containsExactly(Tuple.tuple("op-a", "NotFound"));
        });
        chunks.awaitReady("good", "1/1");
        assertThat(chunks.events()).containsExactly("bad NotFound");

        chunks.named("bad")
                .patch(
                        MERGE,
                        "{\"spec\": {\"files\": [{\"name\": \"blocks\", \"url\": \"http://mirror.example/blocks\"}]}}");
        chunks.awaitStatus("bad", status -> {
            assertThat(status.observedGeneration()).isEqualTo(2);
            assertThat(holds(status.conditions(), "Reconciling")).isTrue();
        });
        agents.say("op-a", agents.entry("bad", 2, ChunkState.READY, "Ready"), ready("good"));

        chunks.awaitReady("bad", "1/1");
        assertThat(chunks.events()).containsExactlyInAnyOrder("bad NotFound", "bad Recovered");
    }

    @Test
    void manyFailuresOfOneKindAreFewEvents() throws IOException {
        agents.report("op-a");
        operator("one");
        List<ChunkEntry> entries = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            chunks.create("bad-" + i, i, "op-a", Map.of());
            entries.add(failed("bad-" + i, "Forbidden"));
        }
        agents.say("op-a", entries.toArray(ChunkEntry[]::new));
        for (int i = 0; i < 30; i++) {
            chunks.awaitReason("bad-" + i, "Forbidden");
        }

        // Five, and perhaps the one that speaks for the rest, after a minute.
        assertThat(chunks.events()).hasSizeBetween(5, 6);
    }

    @Test
    void aNodeThatFallsSilentIsUnknownAndComesBack() throws IOException {
        agents.report("op-a");
        agents.say("op-a", ready("eth-0"));
        chunks.create("eth-0", 0, "op-a", Map.of());
        agents.heartbeat("op-a", Instant.now().minusSeconds(30));
        operator("one");
        chunks.awaitReady("eth-0", "1/1");

        chunks.awaitStatus("eth-0", status -> {
            assertThat(Chunks.reason(status)).isEqualTo("NodeUnknown");
            assertThat(status.nodes()).isEqualTo(new NodeCounts(1, 0, 0, 1));
        });
        agents.heartbeat("op-a", Instant.now());

        chunks.awaitReady("eth-0", "1/1");
    }

    @Test
    void whatCannotBeReadStopsNobody(Cluster cluster) throws IOException {
        agents.report("op-a");
        ShippedJar operator = operator("one");
        chunks.create("odd", 0, "op-a", Map.of());
        chunks.create("eth-0", 1, "op-a", Map.of());
        agents.say("op-a", ready("odd"), ready("eth-0"));
        chunks.awaitReady("odd", "1/1");
        try {
            cluster.kubectl(
                    "patch",
                    "crd",
                    "nodechunkslices.datachunk.io",
                    "--type=json",
                    "-p",
                    "[{\"op\": \"add\", \"path\": \"/spec/versions/0/schema/openAPIV3Schema/properties/entries/items/properties/state/enum/-\", \"value\": \"Hovering\"}]");
            Chunks.await(
                    () -> cluster.client()
                            .resources(NodeChunkSlice.class)
                            .inNamespace(ServiceAccounts.NAMESPACE)
                            .withName("op-a.0")
                            .patch(
                                    MERGE,
                                    "{\"entries\": [{\"namespace\": \"" + NAMESPACE
                                            + "\", \"name\": \"odd\", \"generation\": 1, \"state\": \"Hovering\", \"reason\": \"TooHot\"},"
                                            + "{\"namespace\": \"" + NAMESPACE
                                            + "\", \"name\": \"eth-0\", \"generation\": 1, \"state\": \"Failed\", \"reason\": \"NotFound\"}]}"));

            chunks.awaitReason("odd", "TooHot");
            chunks.awaitReason("eth-0", "NotFound");
            assertThat(operator.get("/livez")).isEqualTo("ok\n");
        } finally {
            cluster.kubectl("apply", "-f", Cluster.ROOT.resolve("crds").toString());
        }
    }

    @Test
    void ofTwoOperatorsOneLeadsAndTheOtherTakesOverWithoutAWrite() throws IOException, InterruptedException {
        agents.report("op-a");
        ShippedJar first = operator("one");
        Chunks.await(() -> assertThat(first.metric("datachunk_operator_leader")).isEqualTo(1));
        ShippedJar second = operator("two");
        chunks.create("eth-0", 0, "op-a", Map.of());
        agents.say("op-a", ready("eth-0"));
        chunks.awaitReady("eth-0", "1/1");
        assertThat(second.metric("datachunk_operator_leader")).isZero();
        String version = chunks.version("eth-0");

        assertThat(first.program().stop(30)).as("exit code after SIGTERM").isZero();
        Chunks.await(
                () -> assertThat(second.metric("datachunk_operator_leader")).isEqualTo(1));
        chunks.create("eth-1", 1, "op-a", Map.of());
        chunks.awaitReason("eth-1", "Queued");

        assertThat(chunks.version("eth-0")).isEqualTo(version);
        Chunks.await(() -> assertThat(second.metric("datachunk_operator_status_writes_total"))
                .isEqualTo(1));
    }

    private ShippedJar operator(String name) throws IOException {
        ShippedJar operator = ShippedJar.operator(
                kubeconfig, directory.resolve(name + ".log"), "--namespaces=" + NAMESPACE, "--log-format=json");
        operators.add(operator);
        return operator.awaitReady();
    }

    private ChunkEntry ready(String name) {
        return agents.entry(name, 1, ChunkState.READY, "Ready");
    }

    private ChunkEntry failed(String name, String reason) {
        return agents.entry(name, 1, ChunkState.FAILED, reason);
    }
}
