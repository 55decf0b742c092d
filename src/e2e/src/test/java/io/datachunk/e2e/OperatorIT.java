package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkState;
import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkFile;
import io.datachunk.api.DataChunkRange;
import io.datachunk.api.DataChunkSpec;
import io.datachunk.api.DataChunkStatus;
import io.datachunk.api.NodeChunkSlice;
import io.datachunk.api.NodeChunks;
import io.datachunk.api.NodeChunksSpec;
import io.datachunk.api.NodeFailure;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's jar against the API server, with the privileges that ship. The test plays the agents. */
@NeedsCluster
class OperatorIT {
    private static final String NAMESPACE = "e2e-operator";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    @TempDir
    Path directory;

    private KubernetesClient admin;
    private Path kubeconfig;
    private final List<OperatorJar> operators = new ArrayList<>();

    @BeforeEach
    void install(Cluster cluster) throws IOException {
        admin = cluster.client();
        admin.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .serverSideApply();
        ServiceAccounts accounts = ServiceAccounts.install(cluster);
        accounts.node("op-a", Map.of("disk", "fast"));
        accounts.node("op-b", Map.of("disk", "slow"));
        kubeconfig = accounts.operator(directory);
    }

    @AfterEach
    void cleanUp() {
        operators.forEach(OperatorJar::close);
        admin.resources(DataChunk.class).inNamespace(NAMESPACE).delete();
        admin.resources(NodeChunkSlice.class)
                .inNamespace(ServiceAccounts.NAMESPACE)
                .delete();
        admin.resources(NodeChunks.class).inNamespace(ServiceAccounts.NAMESPACE).delete();
        admin.v1().events().inNamespace(NAMESPACE).delete();
    }

    @Test
    void theStatusFollowsTheNodesAndKubectlCanWaitForIt(Cluster cluster) throws IOException {
        operator("one").awaitReady();
        create(chunk("eth-0", 0, null, Map.of()));
        awaitStatus("eth-0", status -> assertThat(reason(status)).isEqualTo("NoMatchingNode"));

        report("op-a");
        report("op-b");
        awaitStatus("eth-0", status -> assertThat(status.ready()).isEqualTo("0/2"));
        say("op-a", entry("eth-0", 1, ChunkState.READY, "Ready"));
        say("op-b", entry("eth-0", 1, ChunkState.DOWNLOADING, "Downloading"));
        awaitStatus("eth-0", status -> assertThat(status.ready()).isEqualTo("1/2"));
        say("op-b", entry("eth-0", 1, ChunkState.READY, "Ready"));

        assertThat(cluster.kubectl(
                        "wait", "--for=condition=Ready", "--timeout=120s", "-n", NAMESPACE, "datachunk/eth-0"))
                .contains("condition met");
        assertThat(cluster.kubectl("get", "datachunks", "-n", NAMESPACE)).contains("2/2", "Ready");
        assertThat(admin.v1().events().inNamespace(NAMESPACE).list().getItems())
                .as("events about a chunk that just became ready")
                .isEmpty();
    }

    @Test
    void selectorsAndLabelsDecideWhoIsAsked() throws IOException {
        report("op-a");
        report("op-b");
        operator("one").awaitReady();
        create(chunk("fast", 0, null, Map.of("disk", "fast")));
        create(chunk("named", 1, "op-b", Map.of()));
        say("op-a", entry("fast", 1, ChunkState.READY, "Ready"));
        awaitStatus("fast", status -> assertThat(status.ready()).isEqualTo("1/1"));
        awaitStatus("named", status -> assertThat(status.ready()).isEqualTo("0/1"));

        admin.nodes().withName("op-b").patch(MERGE, "{\"metadata\": {\"labels\": {\"disk\": \"fast\"}}}");

        awaitStatus("fast", status -> assertThat(status.ready()).isEqualTo("1/2"));
    }

    @Test
    void aFailureIsToldOnceAndSoIsTheRecovery() throws IOException {
        report("op-a");
        operator("one").awaitReady();
        create(chunk("bad", 0, "op-a", Map.of()));
        create(chunk("good", 1, "op-a", Map.of()));
        say("op-a", entry("bad", 1, ChunkState.FAILED, "NotFound"), entry("good", 1, ChunkState.READY, "Ready"));

        awaitStatus("bad", status -> {
            assertThat(condition(status, "Stalled")).isEqualTo("True");
            assertThat(status.failures())
                    .extracting(NodeFailure::nodeName, NodeFailure::reason)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("op-a", "NotFound"));
        });
        awaitStatus("good", status -> assertThat(condition(status, "Ready")).isEqualTo("True"));
        assertThat(events()).containsExactly("bad NotFound");

        admin.resources(DataChunk.class)
                .inNamespace(NAMESPACE)
                .withName("bad")
                .patch(
                        MERGE,
                        "{\"spec\": {\"files\": [{\"name\": \"blocks\", \"url\": \"http://mirror.example/blocks\"}]}}");
        awaitStatus("bad", status -> {
            assertThat(status.observedGeneration()).isEqualTo(2);
            assertThat(condition(status, "Reconciling")).isEqualTo("True");
        });
        say("op-a", entry("bad", 2, ChunkState.READY, "Ready"), entry("good", 1, ChunkState.READY, "Ready"));

        awaitStatus("bad", status -> assertThat(condition(status, "Ready")).isEqualTo("True"));
        assertThat(events()).containsExactlyInAnyOrder("bad NotFound", "bad Recovered");
    }

    @Test
    void manyFailuresOfOneKindAreToldOfTogether() throws IOException {
        report("op-a");
        operator("one").awaitReady();
        List<ChunkEntry> entries = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            create(chunk("bad-" + i, i, "op-a", Map.of()));
            entries.add(entry("bad-" + i, 1, ChunkState.FAILED, "Forbidden"));
        }
        say("op-a", entries.toArray(ChunkEntry[]::new));
        for (int i = 0; i < 30; i++) {
            awaitStatus("bad-" + i, status -> assertThat(reason(status)).isEqualTo("Forbidden"));
        }

        await(() -> assertThat(admin.v1().events().inNamespace(NAMESPACE).list().getItems())
                .extracting(Event::getMessage)
                .anyMatch(message -> message.startsWith("25 more DataChunks")));
        assertThat(events()).hasSize(6);
    }

    @Test
    void aNodeThatFallsSilentIsUnknownAndComesBack() throws IOException {
        report("op-a");
        say("op-a", entry("eth-0", 1, ChunkState.READY, "Ready"));
        create(chunk("eth-0", 0, "op-a", Map.of()));
        heartbeat("op-a", Instant.now().minusSeconds(60));
        operator("one").awaitReady();
        awaitStatus("eth-0", status -> assertThat(status.ready()).isEqualTo("1/1"));

        awaitStatus("eth-0", status -> {
            assertThat(reason(status)).isEqualTo("NodeUnknown");
            assertThat(status.nodes())
                    .isNotNull()
                    .satisfies(nodes -> assertThat(nodes.unknown()).isEqualTo(1));
        });
        heartbeat("op-a", Instant.now());

        awaitStatus("eth-0", status -> assertThat(status.ready()).isEqualTo("1/1"));
    }

    @Test
    void whatCannotBeReadStopsNobody(Cluster cluster) throws IOException {
        report("op-a");
        OperatorJar operator = operator("one").awaitReady();
        create(chunk("odd", 0, "op-a", Map.of()));
        create(chunk("eth-0", 1, "op-a", Map.of()));
        say("op-a", entry("odd", 1, ChunkState.READY, "Ready"), entry("eth-0", 1, ChunkState.READY, "Ready"));
        awaitStatus("odd", status -> assertThat(status.ready()).isEqualTo("1/1"));
        try {
            cluster.kubectl(
                    "patch",
                    "crd",
                    "nodechunkslices.datachunk.io",
                    "--type=json",
                    "-p",
                    "[{\"op\": \"add\", \"path\": \"/spec/versions/0/schema/openAPIV3Schema/properties/entries/items/properties/state/enum/-\", \"value\": \"Hovering\"}]");
            await(
                    () -> admin.resources(NodeChunkSlice.class)
                            .inNamespace(ServiceAccounts.NAMESPACE)
                            .withName("op-a.0")
                            .patch(
                                    MERGE,
                                    "{\"entries\": [{\"namespace\": \"" + NAMESPACE
                                            + "\", \"name\": \"odd\", \"generation\": 1, \"state\": \"Hovering\", \"reason\": \"TooHot\"},"
                                            + "{\"namespace\": \"" + NAMESPACE
                                            + "\", \"name\": \"eth-0\", \"generation\": 1, \"state\": \"Failed\", \"reason\": \"NotFound\"}]}"));

            awaitStatus("odd", status -> assertThat(reason(status)).isEqualTo("TooHot"));
            awaitStatus("eth-0", status -> assertThat(reason(status)).isEqualTo("NotFound"));
            assertThat(operator.get("/livez")).isEqualTo("ok\n");
        } finally {
            cluster.kubectl("apply", "-f", Cluster.ROOT.resolve("crds").toString());
        }
    }

    @Test
    void ofTwoOperatorsOneLeadsAndTheOtherTakesOverWithoutAWrite() throws IOException, InterruptedException {
        report("op-a");
        OperatorJar first = operator("one").awaitReady();
        await(() -> assertThat(first.metric("datachunk_operator_leader")).isEqualTo(1));
        OperatorJar second = operator("two").awaitReady();
        create(chunk("eth-0", 0, "op-a", Map.of()));
        say("op-a", entry("eth-0", 1, ChunkState.READY, "Ready"));
        awaitStatus("eth-0", status -> assertThat(status.ready()).isEqualTo("1/1"));
        assertThat(second.metric("datachunk_operator_leader")).isZero();
        String version = admin.resources(DataChunk.class)
                .inNamespace(NAMESPACE)
                .withName("eth-0")
                .get()
                .getMetadata()
                .getResourceVersion();

        assertThat(first.program().stop(30)).as("exit code after SIGTERM").isZero();
        await(() -> assertThat(second.metric("datachunk_operator_leader")).isEqualTo(1));
        create(chunk("eth-1", 1, "op-a", Map.of()));
        awaitStatus("eth-1", status -> assertThat(reason(status)).isEqualTo("Queued"));

        assertThat(admin.resources(DataChunk.class)
                        .inNamespace(NAMESPACE)
                        .withName("eth-0")
                        .get()
                        .getMetadata()
                        .getResourceVersion())
                .isEqualTo(version);
        assertThat(second.metric("datachunk_operator_status_writes_total")).isEqualTo(1);
    }

    @Test
    void aThousandChunksThatGoReadyOnOneNodeCostTwoWritesEach() throws IOException {
        int count = Integer.getInteger("e2e.chunks", 1_000);
        report("op-a");
        OperatorJar operator = operator("one").awaitReady();
        Map<String, Set<String>> versions = new ConcurrentHashMap<>();
        try (Watch _ = admin.resources(DataChunk.class).inNamespace(NAMESPACE).watch(recorder(versions))) {
            Instant started = Instant.now();
            IntStream.range(0, count).parallel().forEach(i -> create(chunk("many-" + i, i, "op-a", Map.of())));
            for (ChunkState state : List.of(ChunkState.QUEUED, ChunkState.DOWNLOADING, ChunkState.READY)) {
                for (int slice = 0; slice * 500 < count; slice++) {
                    int from = slice * 500;
                    saySlice(
                            "op-a",
                            slice,
                            IntStream.range(from, Math.min(count, from + 500))
                                    .mapToObj(i -> entry("many-" + i, 1, state, state.text()))
                                    .toList());
                }
            }
            await(() -> assertThat(admin.resources(DataChunk.class)
                            .inNamespace(NAMESPACE)
                            .list()
                            .getItems())
                    .hasSize(count)
                    .allSatisfy(chunk -> assertThat(chunk.getStatus().ready()).isEqualTo("1/1")));
            System.out.printf(
                    "%,d chunks ready on one node in %s; %.0f status writes; operator RSS %s%n",
                    count,
                    Duration.between(started, Instant.now()),
                    operator.metric("datachunk_operator_status_writes_total"),
                    rss(operator));
        }

        assertThat(operator.metric("datachunk_operator_status_writes_total")).isLessThanOrEqualTo(2.0 * count);
        assertThat(versions.values())
                .as("versions that watchers saw: the creation and two writes")
                .allSatisfy(seen -> assertThat(seen).hasSizeLessThanOrEqualTo(3));
    }

    private static String rss(OperatorJar operator) throws IOException {
        return java.nio.file.Files.readString(
                        Path.of("/proc/" + operator.program().pid() + "/status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS"))
                .findFirst()
                .orElse("?")
                .replaceAll("\\s+", " ");
    }

    private static Watcher<DataChunk> recorder(Map<String, Set<String>> versions) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, DataChunk chunk) {
                if (action != Action.DELETED) {
                    versions.computeIfAbsent(chunk.key(), _ -> new HashSet<>())
                            .add(chunk.getMetadata().getResourceVersion());
                }
            }

            @Override
            public void onClose(WatcherException cause) {}
        };
    }

    private OperatorJar operator(String name) throws IOException {
        OperatorJar operator =
                OperatorJar.start(kubeconfig, directory.resolve(name + ".log"), "--namespaces=" + NAMESPACE);
        operators.add(operator);
        return operator;
    }

    private void create(DataChunk chunk) {
        admin.resource(chunk).create();
    }

    private void report(String node) {
        NodeChunks report = new NodeChunks();
        report.setMetadata(new ObjectMetaBuilder()
                .withNamespace(ServiceAccounts.NAMESPACE)
                .withName(node)
                .build());
        report.setSpec(new NodeChunksSpec(node));
        admin.resource(report).serverSideApply();
        heartbeat(node, Instant.now());
    }

    private void heartbeat(String node, Instant at) {
        admin.resources(NodeChunks.class)
                .inNamespace(ServiceAccounts.NAMESPACE)
                .withName(node)
                .subresource("status")
                .patch(
                        MERGE,
                        "{\"status\": {\"agent\": {\"heartbeat\": \"" + at.truncatedTo(ChronoUnit.SECONDS) + "\"}}}");
    }

    private void say(String node, ChunkEntry... entries) {
        saySlice(node, 0, List.of(entries));
    }

    private void saySlice(String node, int number, List<ChunkEntry> entries) {
        NodeChunkSlice slice = new NodeChunkSlice();
        slice.setMetadata(new ObjectMetaBuilder()
                .withNamespace(ServiceAccounts.NAMESPACE)
                .withName(node + "." + number)
                .build());
        slice.setNodeName(node);
        slice.setEntries(entries);
        admin.resource(slice).forceConflicts().serverSideApply();
    }

    private void awaitStatus(String name, ThrowingConsumer<DataChunkStatus> assertions) {
        await(() -> assertThat(admin.resources(DataChunk.class)
                        .inNamespace(NAMESPACE)
                        .withName(name)
                        .get()
                        .getStatus())
                .satisfies(assertions));
    }

    private static void await(org.awaitility.core.ThrowingRunnable assertions) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).untilAsserted(assertions);
    }

    private List<String> events() {
        return admin.v1().events().inNamespace(NAMESPACE).list().getItems().stream()
                .map(event -> event.getInvolvedObject().getName() + " " + event.getReason())
                .toList();
    }

    private static String reason(DataChunkStatus status) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .findFirst()
                .map(condition -> condition.reason())
                .orElse("");
    }

    private static String condition(DataChunkStatus status, String type) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .map(condition -> condition.status())
                .orElse("");
    }

    private static ChunkEntry entry(String name, long generation, ChunkState state, String reason) {
        return new ChunkEntry(NAMESPACE, name, null, generation, state, reason, null, 5, 5L, "2026-01-01T00:00:00Z");
    }

    private static DataChunk chunk(String name, int number, @Nullable String node, Map<String, String> selector) {
        DataChunk chunk = new DataChunk();
        chunk.setMetadata(
                new ObjectMetaBuilder().withNamespace(NAMESPACE).withName(name).build());
        chunk.setSpec(new DataChunkSpec(
                "%064x".formatted(number),
                "9a".repeat(32),
                new DataChunkRange(number * 1_000L, number * 1_000L + 1_000),
                List.of(new DataChunkFile("blocks", "http://chunks.example/" + name, null, null)),
                node,
                selector));
        return chunk;
    }
}
