package io.datachunk.e2e;

import static io.datachunk.e2e.Cluster.MERGE;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkState;
import io.datachunk.api.NodeChunkSlice;
import io.datachunk.api.NodeChunks;
import io.datachunk.api.NodeChunksSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Reports of nodes, written by the test in the agents' place.
 *
 * @param namespace of the chunks
 */
record PretendedAgents(KubernetesClient admin, String namespace) {

    /** The node has an agent now. */
    void report(String node) {
        NodeChunks report = new NodeChunks();
        report.setMetadata(new ObjectMetaBuilder()
                .withNamespace(ServiceAccounts.NAMESPACE)
                .withName(node)
                .build());
        report.setSpec(new NodeChunksSpec(node));
        admin.resource(report).serverSideApply();
        heartbeat(node, Instant.now());
    }

    void heartbeat(String node, Instant at) {
        admin.resources(NodeChunks.class)
                .inNamespace(ServiceAccounts.NAMESPACE)
                .withName(node)
                .subresource("status")
                .patch(
                        MERGE,
                        "{\"status\": {\"agent\": {\"heartbeat\": \"" + at.truncatedTo(ChronoUnit.SECONDS) + "\"}}}");
    }

    /** All that the node says of its chunks. */
    void say(String node, ChunkEntry... entries) {
        NodeChunkSlice slice = new NodeChunkSlice();
        slice.setMetadata(new ObjectMetaBuilder()
                .withNamespace(ServiceAccounts.NAMESPACE)
                .withName(node + ".0")
                .build());
        slice.setNodeName(node);
        slice.setEntries(List.of(entries));
        admin.resource(slice).forceConflicts().serverSideApply();
    }

    ChunkEntry entry(String name, long generation, ChunkState state, String reason) {
        return new ChunkEntry(namespace, name, null, generation, state, reason, null, 5, 5L, "2026-01-01T00:00:00Z");
    }

    void forgetAll() {
        admin.resources(NodeChunkSlice.class)
                .inNamespace(ServiceAccounts.NAMESPACE)
                .delete();
        admin.resources(NodeChunks.class).inNamespace(ServiceAccounts.NAMESPACE).delete();
    }
}
