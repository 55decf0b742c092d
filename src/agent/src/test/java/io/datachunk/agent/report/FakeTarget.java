package io.datachunk.agent.report;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.NodeChunkSlice;
import io.datachunk.api.NodeChunks;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An API server that remembers what it was told, checks versions as one does, and can be away. Owned by the test's thread. */
final class FakeTarget implements ReportTarget {
    final Map<String, NodeChunkSlice> slices = new TreeMap<>();
    final Map<String, String> versions = new HashMap<>();
    final List<String> calls = new ArrayList<>();
    final List<String> told = new ArrayList<>();

    @Nullable
    NodeChunks report;

    boolean away;
    private int version;

    @Override
    public Optional<NodeChunks> find() {
        take("find");
        return Optional.ofNullable(report);
    }

    @Override
    public NodeChunks put(NodeChunks next) {
        take("put");
        require(
                report == null ? null : report.getMetadata().getResourceVersion(),
                next.getMetadata().getResourceVersion());
        return keep(next, report == null ? null : report);
    }

    @Override
    public NodeChunks putStatus(NodeChunks next) {
        take("putStatus");
        NodeChunks before = report;
        if (before == null) {
            throw new KubernetesClientException("not found", 404, null);
        }
        require(before.getMetadata().getResourceVersion(), next.getMetadata().getResourceVersion());
        return keep(before, next);
    }

    @Override
    public Map<String, String> sliceVersions() {
        take("list");
        return Map.copyOf(versions);
    }

    @Override
    public String put(NodeChunkSlice slice) {
        String name = slice.getMetadata().getName();
        take("put " + name);
        require(versions.get(name), slice.getMetadata().getResourceVersion());
        slices.put(name, slice);
        String now = next();
        versions.put(name, now);
        return now;
    }

    @Override
    public void deleteSlice(String name) {
        take("delete " + name);
        slices.remove(name);
        versions.remove(name);
    }

    @Override
    public void tell(boolean warning, String reason, String message) {
        told.add((warning ? "Warning " : "Normal ") + reason);
    }

    List<ChunkEntry> entries() {
        return slices.values().stream()
                .flatMap(slice -> slice.getEntries().stream())
                .toList();
    }

    String next() {
        return String.valueOf(++version);
    }

    private void take(String call) {
        if (away) {
            throw new KubernetesClientException("connection refused");
        }
        calls.add(call);
    }

    private static void require(@Nullable String there, @Nullable String given) {
        if (!java.util.Objects.equals(there, given)) {
            throw new KubernetesClientException("version " + there + " is there, not " + given, 409, null);
        }
    }

    /** The metadata and spec of one, the status of another. */
    private NodeChunks keep(NodeChunks object, @Nullable NodeChunks status) {
        NodeChunks now = new NodeChunks();
        now.setMetadata(new ObjectMetaBuilder(object.getMetadata())
                .withResourceVersion(next())
                .withGeneration(1L)
                .build());
        now.setSpec(object.getSpec());
        if (status != null && status.getStatus() != null) {
            now.setStatus(status.getStatus());
        }
        report = now;
        return now;
    }
}
