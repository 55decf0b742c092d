package io.datachunk.e2e;

import static io.datachunk.e2e.Cluster.MERGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkState;
import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkFile;
import io.datachunk.api.DataChunkRange;
import io.datachunk.api.DataChunkSpec;
import io.datachunk.api.NodeChunkSlice;
import io.datachunk.api.NodeChunks;
import io.datachunk.api.NodeChunksSpec;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What agent and operator may do, and what they may not, with the tokens that their pods have under {@code manifests/install}. */
@NeedsCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrivilegesIT {
    private static final String NAMESPACE = ServiceAccounts.NAMESPACE;
    private static final String HEARTBEAT = "{\"status\": {\"agent\": {\"heartbeat\": \"2026-01-01T00:00:00Z\"}}}";
    private static final String CHUNK_STATUS = "{\"status\": {\"observedGeneration\": 1}}";

    private KubernetesClient admin;
    private KubernetesClient agentA;
    private KubernetesClient agentB;
    private KubernetesClient operator;

    @BeforeAll
    void install(Cluster cluster, @TempDir Path directory) throws IOException {
        ServiceAccounts accounts = ServiceAccounts.install(cluster);
        accounts.node("node-a", Map.of());
        accounts.node("node-b", Map.of());
        admin = cluster.client();
        agentA = Cluster.clientOf(accounts.agent("node-a", directory));
        agentB = Cluster.clientOf(accounts.agent("node-b", directory));
        operator = Cluster.clientOf(accounts.operator(directory));
        admin.resource(chunk()).serverSideApply();
        for (String node : List.of("node-a", "node-b")) {
            admin.resource(report(node)).serverSideApply();
            admin.resource(slice(node)).serverSideApply();
        }
        awaitThePolicy();
    }

    @AfterAll
    void close() {
        agentA.close();
        agentB.close();
        operator.close();
    }

    @Test
    void anAgentReadsChunksAndNodes() {
        assertThat(agentA.resources(DataChunk.class)
                        .inAnyNamespace()
                        .withField("spec.nodeName", "node-a")
                        .list()
                        .getItems())
                .allMatch(chunk -> "node-a".equals(chunk.getSpec().nodeName()));
        assertThat(agentA.resources(DataChunk.class)
                        .inAnyNamespace()
                        .withoutField("spec.nodeName", "node-a")
                        .list()
                        .getItems())
                .noneMatch(chunk -> "node-a".equals(chunk.getSpec().nodeName()))
                .anyMatch(chunk -> "privileges".equals(chunk.getMetadata().getName()));
        assertThat(agentA.nodes().withName("node-a").get()).isNotNull();
    }

    @Test
    void anAgentWritesTheReportsOfItsNode() {
        assertThatCode(() -> {
                    delete(slice("node-a"));
                    agentA.resource(slice("node-a")).create();
                    agentA.resource(slice("node-a")).patch(MERGE, "{\"entries\": []}");
                    agentA.resource(slice("node-a")).delete();
                    agentA.resource(report("node-a")).patch(MERGE, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}");
                    agentA.resource(report("node-a")).subresource("status").patch(MERGE, HEARTBEAT);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void anAgentMakesTheReportOfANewNode() {
        admin.resource(report("node-b")).delete();

        assertThatCode(() -> agentB.resource(report("node-b")).create()).doesNotThrowAnyException();
    }

    @Test
    void anAgentWritesNoReportOfAnotherNode() {
        assertDenied(
                () -> agentB.resource(report("node-a")).subresource("status").patch(MERGE, HEARTBEAT));
        assertDenied(
                () -> agentB.resource(report("node-a")).patch(MERGE, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}"));
        assertDenied(() -> agentB.resource(report("node-c")).create());
        assertDenied(() -> agentB.resource(report("node-a")).delete());
        assertDenied(() -> agentA.resource(slice("node-b")).patch(MERGE, "{\"entries\": []}"));
        assertDenied(() -> agentA.resource(slice("node-b")).delete());
        assertDenied(() -> agentA.resource(slice("node-c")).create());
    }

    @Test
    void anAgentWritesNoReportInAnotherNamespace() {
        NodeChunks elsewhere = report("node-a");
        elsewhere.getMetadata().setNamespace("default");

        assertDenied(() -> agentA.resource(elsewhere).create());
    }

    @Test
    void anAgentSaysSomethingAboutItsOwnNodeAlone() {
        assertThatCode(() -> agentA.resource(event("Node", "node-a")).create()).doesNotThrowAnyException();
        assertDenied(() -> agentA.resource(event("Node", "node-b")).create());
        assertDenied(() -> agentA.resource(event("Pod", "node-a")).create());
    }

    @Test
    void anAgentChangesNoChunk() {
        assertDenied(() -> agentA.resource(chunk()).subresource("status").patch(MERGE, CHUNK_STATUS));
        assertDenied(() -> agentA.resource(chunk()).patch(MERGE, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}"));
        assertDenied(() -> agentA.resource(chunk()).delete());
    }

    @Test
    void anAgentSeesNothingElse() {
        for (String namespace : List.of("default", NAMESPACE)) {
            assertDenied(() -> agentA.secrets().inNamespace(namespace).list());
            assertDenied(() -> agentA.configMaps().inNamespace(namespace).list());
            assertDenied(() -> agentA.pods().inNamespace(namespace).list());
        }
        assertDenied(
                () -> agentA.nodes().withName("node-a").patch(MERGE, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}"));
        assertDenied(() -> agentA.resources(io.fabric8.kubernetes.api.model.coordination.v1.Lease.class)
                .inNamespace(NAMESPACE)
                .list());
    }

    @Test
    void theOperatorReadsReportsAndWritesTheStatusOfChunks() {
        assertThatCode(() -> {
                    operator.resources(DataChunk.class).inAnyNamespace().list();
                    operator.resources(NodeChunks.class).inNamespace(NAMESPACE).list();
                    operator.resources(NodeChunkSlice.class)
                            .inNamespace(NAMESPACE)
                            .list();
                    operator.nodes().list();
                    operator.resource(chunk()).subresource("status").patch(MERGE, CHUNK_STATUS);
                    operator.resource(event("DataChunk", "privileges")).create();
                })
                .doesNotThrowAnyException();
    }

    @Test
    void theOperatorWritesNothingElse() {
        assertDenied(() -> operator.resource(chunk()).patch(MERGE, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}"));
        assertDenied(() -> operator.resource(chunk()).delete());
        assertDenied(
                () -> operator.resource(report("node-a")).subresource("status").patch(MERGE, HEARTBEAT));
        assertDenied(() -> operator.resource(slice("node-b")).patch(MERGE, "{\"entries\": []}"));
        assertDenied(
                () -> operator.nodes().withName("node-a").patch(MERGE, "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}"));
    }

    @Test
    void theOperatorSeesNothingElse() {
        for (String namespace : List.of("default", NAMESPACE)) {
            assertDenied(() -> operator.secrets().inNamespace(namespace).list());
            assertDenied(() -> operator.configMaps().inNamespace(namespace).list());
            assertDenied(() -> operator.pods().inNamespace(namespace).list());
        }
        assertDenied(() ->
                operator.resources(NodeChunks.class).inNamespace("default").list());
        assertDenied(() -> operator.resources(io.fabric8.kubernetes.api.model.coordination.v1.Lease.class)
                .inNamespace("kube-system")
                .withName("datachunk-operator")
                .get());
    }

    /** The server takes a moment to know a new policy. */
    private void awaitThePolicy() {
        Awaitility.await("the admission policy in force")
                .atMost(60, TimeUnit.SECONDS)
                .untilAsserted(() -> assertDenied(() ->
                        agentB.resource(report("node-a")).subresource("status").patch(MERGE, HEARTBEAT)));
    }

    private void delete(NodeChunkSlice slice) {
        admin.resource(slice).delete();
    }

    private static void assertDenied(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).as(e.getMessage()).isEqualTo(403));
    }

    private static DataChunk chunk() {
        DataChunk chunk = new DataChunk();
        chunk.setMetadata(new ObjectMetaBuilder()
                .withNamespace("default")
                .withName("privileges")
                .build());
        chunk.setSpec(new DataChunkSpec(
                "6f".repeat(32),
                "9a".repeat(32),
                new DataChunkRange(0, 1),
                List.of(new DataChunkFile("a", "http://h/a", null, null)),
                null,
                Map.of()));
        return chunk;
    }

    private static NodeChunks report(String node) {
        NodeChunks report = new NodeChunks();
        report.setMetadata(
                new ObjectMetaBuilder().withNamespace(NAMESPACE).withName(node).build());
        report.setSpec(new NodeChunksSpec(node));
        return report;
    }

    private static NodeChunkSlice slice(String node) {
        NodeChunkSlice slice = new NodeChunkSlice();
        slice.setMetadata(new ObjectMetaBuilder()
                .withNamespace(NAMESPACE)
                .withName(node + ".0")
                .build());
        slice.setNodeName(node);
        slice.setEntries(List.of(new ChunkEntry(
                "default", "privileges", null, 1, ChunkState.READY, "Ready", null, 1, 1L, "2026-01-01T00:00:00Z")));
        return slice;
    }

    private static Event event(String kind, String name) {
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withGenerateName("privileges-")
                .endMetadata()
                .withNewInvolvedObject()
                .withKind(kind)
                .withName(name)
                .withNamespace(kind.equals("Node") ? null : "default")
                .endInvolvedObject()
                .withReason("Privileges")
                .withMessage("a test")
                .withType("Normal")
                .build();
    }
}
