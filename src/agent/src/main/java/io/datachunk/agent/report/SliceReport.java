package io.datachunk.agent.report;

import io.datachunk.agent.source.NodeIdentity;
import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkState;
import io.datachunk.api.DataChunkApi;
import io.datachunk.api.NodeChunkSlice;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The slices of one node, and what of them is known to be on the server. Owned by the reporter's thread.
 *
 * <p>What an earlier process wrote is never read, only replaced: a slice says what is on the disk now.
 */
final class SliceReport {
    private final ReportTarget target;
    private final String nodeName;

    /** By name: what this process wrote, at which version. Empty entries and owner: somebody else's, to be replaced or deleted. */
    private final Map<String, Written> written = new HashMap<>();

    private boolean known;
    private int count = 1;

    SliceReport(ReportTarget target, String nodeName) {
        this.target = target;
        this.nodeName = nodeName;
    }

    private record Written(
            String version,
            List<ChunkEntry> entries,
            @Nullable NodeIdentity owner) {}

    /** Looks at the server again before the next write. */
    void forget() {
        known = false;
    }

    /**
     * Makes the slices say this.
     *
     * @param exact whether to write also where nothing but bytes on their way have changed
     * @return whether anything was written
     */
    boolean write(Collection<ChunkEntry> entries, NodeIdentity owner, boolean exact) {
        if (!known) {
            look();
        }
        Shards shards = Shards.of(entries, count);
        count = shards.count();
        SortedMap<String, List<ChunkEntry>> wanted = new TreeMap<>();
        shards.slices().forEach((number, dealt) -> wanted.put(nodeName + "." + number, dealt));
        boolean any = false;
        // New ones first, then the changed, then the superfluous: no entry is missing from all of them at any moment.
        for (boolean isNew : List.of(true, false)) {
            for (Map.Entry<String, List<ChunkEntry>> slice : wanted.entrySet()) {
                Written before = written.get(slice.getKey());
                if ((before == null) == isNew && (before == null || differs(before, slice.getValue(), owner, exact))) {
                    put(slice.getKey(), slice.getValue(), owner, before);
                    any = true;
                }
            }
        }
        Set<String> superfluous = new HashSet<>(written.keySet());
        superfluous.removeAll(wanted.keySet());
        for (String name : superfluous) {
            target.deleteSlice(name);
            written.remove(name);
            any = true;
        }
        return any;
    }

    /** Compares versions alone: whatever this process has not written last is not known. */
    private void look() {
        Map<String, String> versions = target.sliceVersions();
        written.keySet().retainAll(versions.keySet());
        versions.forEach((name, version) -> written.merge(
                name,
                new Written(version, List.of(), null),
                (mine, theirs) -> mine.version().equals(theirs.version()) ? mine : theirs));
        known = true;
    }

    private void put(String name, List<ChunkEntry> entries, NodeIdentity owner, @Nullable Written before) {
        NodeChunkSlice slice = new NodeChunkSlice();
        ObjectMeta metadata = new ObjectMetaBuilder()
                .withName(name)
                .addToLabels(DataChunkApi.NODE_LABEL, Ownership.label(nodeName))
                .withOwnerReferences(Ownership.of(nodeName, owner))
                .withResourceVersion(before == null ? null : before.version())
                .build();
        slice.setMetadata(metadata);
        slice.setNodeName(nodeName);
        slice.setEntries(entries);
        written.put(name, new Written(target.put(slice), entries, owner));
    }

    private static boolean differs(Written before, List<ChunkEntry> entries, NodeIdentity owner, boolean exact) {
        if (before.owner() == null || !before.owner().uid().equals(owner.uid())) {
            return true;
        }
        if (before.entries().equals(entries)) {
            return false;
        }
        return exact || !withoutProgress(before.entries()).equals(withoutProgress(entries));
    }

    private static List<ChunkEntry> withoutProgress(List<ChunkEntry> entries) {
        return entries.stream().map(SliceReport::withoutProgress).toList();
    }

    private static ChunkEntry withoutProgress(ChunkEntry entry) {
        return entry.state() != ChunkState.DOWNLOADING
                ? entry
                : new ChunkEntry(
                        entry.namespace(),
                        entry.name(),
                        entry.uid(),
                        entry.generation(),
                        entry.state(),
                        entry.reason(),
                        entry.message(),
                        0,
                        entry.bytesTotal(),
                        entry.since());
    }
}
