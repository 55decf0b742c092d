package io.datachunk.agent.report;

import io.datachunk.agent.source.NodeIdentity;
import io.datachunk.api.DataChunkApi;
import io.datachunk.api.ForPeople;
import io.datachunk.api.NodeChunks;
import io.datachunk.api.NodeChunksSpec;
import io.datachunk.api.NodeChunksStatus;
import io.datachunk.api.NodeChunksStatus.AgentReport;
import io.datachunk.api.NodeChunksStatus.VolumeReport;
import io.datachunk.api.ResourceCondition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The NodeChunks of one node, and what of it is known to be on the server. Owned by the reporter's thread. */
final class NodeReport {
    private final ReportTarget target;
    private final String nodeName;
    private final String version;
    private final String started;

    /** As the server had it last; null: not known. */
    private @Nullable NodeChunks current;

    private List<ResourceCondition> conditions = List.of();
    private @Nullable Object told;

    NodeReport(ReportTarget target, String nodeName, String version, Instant started) {
        this.target = target;
        this.nodeName = nodeName;
        this.version = version;
        this.started = Entries.time(started);
    }

    /** What is told at once when it changes; the rest goes with the heartbeat. */
    private record Urgent(
            List<ResourceCondition> conditions,
            @Nullable String volume,
            NodeChunksStatus.@Nullable Tally chunks,
            NodeIdentity owner) {}

    /** Looks at the server again before the next write. */
    void forget() {
        current = null;
    }

    /** The conditions as last written. */
    List<ResourceCondition> conditions() {
        return conditions;
    }

    /**
     * Makes the NodeChunks say this, if it is urgent or the heartbeat is due.
     *
     * @return whether anything was written
     */
    boolean write(
            NodeFacts facts, Summary summary, long bytesPerSecond, NodeIdentity owner, Instant now, boolean beat) {
        NodeChunks report = current == null ? find(facts, owner) : current;
        long generation = Objects.requireNonNullElse(report.getMetadata().getGeneration(), 1L);
        List<ResourceCondition> next = NodeConditions.of(facts, summary, previous(report), generation, now);
        Urgent urgent = new Urgent(next, facts.volumeId().orElse(null), summary.chunks(), owner);
        if (!beat && current != null && urgent.equals(told)) {
            return false;
        }
        if (!isOwnedBy(report, owner)) {
            report = target.put(owned(report, facts, owner));
        }
        NodeChunks said = new NodeChunks();
        said.setMetadata(report.getMetadata());
        said.setSpec(report.getSpec());
        said.setStatus(new NodeChunksStatus(
                generation,
                new AgentReport(version, started, Entries.time(now)),
                volume(facts, summary),
                summary.at(bytesPerSecond),
                next));
        current = target.putStatus(said);
        conditions = next;
        told = urgent;
        return true;
    }

    private NodeChunks find(NodeFacts facts, NodeIdentity owner) {
        NodeChunks found = target.find().orElseGet(() -> {
            NodeChunks made = new NodeChunks();
            made.setMetadata(new ObjectMetaBuilder().withName(nodeName).build());
            made.setSpec(new NodeChunksSpec(nodeName));
            return target.put(owned(made, facts, owner));
        });
        boolean followed =
                facts.volumeAccepted() && annotations(found).containsKey(DataChunkApi.ACCEPT_VOLUME_ANNOTATION);
        return followed ? target.put(owned(found, facts, owner)) : found;
    }

    /** The same object, owned by the Node; an acceptance that has been followed is taken away, for it was meant for one volume. */
    private NodeChunks owned(NodeChunks report, NodeFacts facts, NodeIdentity owner) {
        ObjectMeta before = report.getMetadata();
        Map<String, String> annotations = new TreeMap<>(annotations(report));
        if (facts.volumeAccepted()) {
            annotations.remove(DataChunkApi.ACCEPT_VOLUME_ANNOTATION);
        }
        NodeChunks owned = new NodeChunks();
        owned.setSpec(new NodeChunksSpec(nodeName));
        owned.setMetadata(new ObjectMetaBuilder(before)
                .withManagedFields()
                .withAnnotations(annotations)
                .addToLabels(DataChunkApi.NODE_LABEL, Ownership.label(nodeName))
                .withOwnerReferences(Ownership.of(nodeName, owner))
                .build());
        return owned;
    }

    private List<ResourceCondition> previous(NodeChunks report) {
        return conditions.isEmpty() && report.getStatus() != null
                ? report.getStatus().conditions()
                : conditions;
    }

    private static Map<String, String> annotations(NodeChunks report) {
        Map<String, String> annotations = report.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    private boolean isOwnedBy(NodeChunks report, NodeIdentity owner) {
        List<OwnerReference> owners = report.getMetadata().getOwnerReferences();
        return owners != null && owners.equals(List.of(Ownership.of(nodeName, owner)));
    }

    private static VolumeReport volume(NodeFacts facts, Summary summary) {
        String uuid = facts.volumeId().orElse(null);
        return facts.volume()
                .map(volume -> new VolumeReport(
                        uuid,
                        volume.capacityBytes(),
                        volume.availableBytes(),
                        volume.reservedBytes(),
                        ForPeople.bytes(summary.volumeBytes()),
                        ForPeople.bytes(volume.availableBytes())))
                .orElseGet(() -> new VolumeReport(uuid, null, null, null, null, null));
    }
}
