package io.datachunk.operator.node;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.DataChunk;
import io.datachunk.api.NodeChunkSlice;
import io.datachunk.api.Placement;
import io.datachunk.api.ResourceCondition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who holds what: from each chunk to the entries of the nodes' slices, beside the nodes and the chunks themselves. Every change answers with the keys
 * ({@code namespace/name}) of the chunks that it touches, and of no others. Its monitor guards all fields.
 */
public final class ReportIndex {
    /** Which of two entries of one chunk on one node counts, while the entry moves from one slice to another. */
    private static final Comparator<ChunkEntry> NEWEST = Comparator.comparingLong(ChunkEntry::generation)
            .thenComparing(ChunkEntry::since, Comparator.nullsFirst(Comparator.naturalOrder()));

    private static final String NO_NODE = "";

    private final Map<String, DataChunk> chunks = new HashMap<>();

    /** The same chunks by the node that they name, so that a change of one node looks at no chunk of another; those that name none are under the empty name. */
    private final Map<String, Map<String, DataChunk>> byNode = new HashMap<>();

    /** Labels of the Node objects, by name. */
    private final Map<String, Map<String, String>> nodes = new HashMap<>();

    /** Of the nodes that have a NodeChunks object. */
    private final Map<String, Freshness> heardOf = new TreeMap<>();

    /** By chunk. The inner key is the slice, which belongs to one node. */
    private final Map<String, Map<String, Located>> entries = new HashMap<>();

    public synchronized void putChunk(DataChunk chunk) {
        removeChunk(chunk);
        chunks.put(chunk.key(), chunk);
        byNode.computeIfAbsent(namedNode(chunk), _ -> new HashMap<>()).put(chunk.key(), chunk);
    }

    public synchronized void removeChunk(DataChunk chunk) {
        DataChunk before = chunks.remove(chunk.key());
        if (before != null) {
            byNode.computeIfPresent(namedNode(before), (_, named) -> {
                named.remove(chunk.key());
                return named.isEmpty() ? null : named;
            });
        }
    }

    /** The slice is now the other one; null for one that is not there. Chunks are touched whose entry says something new. */
    public synchronized Set<String> sliceChanged(@Nullable NodeChunkSlice before, @Nullable NodeChunkSlice after) {
        Map<String, ChunkEntry> old = byChunk(before);
        Map<String, ChunkEntry> present = byChunk(after);
        Set<String> touched = new HashSet<>();
        old.forEach((chunk, entry) -> {
            if (!present.containsKey(chunk)) {
                drop(chunk, Objects.requireNonNull(before).getMetadata().getName());
                touched.add(chunk);
            }
        });
        present.forEach((chunk, entry) -> {
            NodeChunkSlice slice = Objects.requireNonNull(after);
            Located located = new Located(slice.getNodeName(), entry);
            entries.computeIfAbsent(chunk, _ -> new HashMap<>(2))
                    .put(slice.getMetadata().getName(), located);
            if (!saysTheSame(old.get(chunk), entry)) {
                touched.add(chunk);
            }
        });
        return touched;
    }

    /** The node has these labels now; null when there is no such Node any more. */
    public synchronized Set<String> nodeChanged(String name, @Nullable Map<String, String> labels) {
        Map<String, String> before = labels == null ? nodes.remove(name) : nodes.put(name, Map.copyOf(labels));
        if (!heardOf.containsKey(name) || Objects.equals(before, labels)) {
            return Set.of();
        }
        return chunksOf(name, chunk -> wants(chunk, name, before) != wants(chunk, name, labels));
    }

    /** The node's report is so fresh; null when it is not there. */
    public synchronized Set<String> reportChanged(String name, @Nullable Freshness freshness) {
        Freshness before = freshness == null ? heardOf.remove(name) : heardOf.put(name, freshness);
        if (before == freshness) {
            return Set.of();
        }
        Map<String, String> labels = nodes.get(name);
        return chunksOf(name, chunk -> wants(chunk, name, labels));
    }

    /** The nodes that are to hold the chunk, by name: those that match, exist, and have ever run an agent. */
    public synchronized List<NodeState> desired(DataChunk chunk) {
        Map<String, ChunkEntry> reported = new HashMap<>();
        for (Located located : entries.getOrDefault(chunk.key(), Map.of()).values()) {
            reported.merge(
                    located.node(), located.entry(), (one, other) -> NEWEST.compare(one, other) >= 0 ? one : other);
        }
        List<NodeState> states = new ArrayList<>();
        candidates(chunk).forEach((node, freshness) -> {
            if (wants(chunk, node, nodes.get(node))) {
                states.add(new NodeState(node, freshness, Optional.ofNullable(reported.get(node))));
            }
        });
        return states;
    }

    private Map<String, Freshness> candidates(DataChunk chunk) {
        String named = namedNode(chunk);
        if (named.isEmpty()) {
            return heardOf;
        }
        Freshness freshness = heardOf.get(named);
        return freshness == null ? Map.of() : Map.of(named, freshness);
    }

    /** A copy. */
    public synchronized Collection<DataChunk> chunks() {
        return List.copyOf(chunks.values());
    }

    /** How many chunks have a stored status in which the condition holds. */
    public synchronized long chunksWith(String condition) {
        return chunks.values().stream()
                .map(DataChunk::getStatus)
                .filter(Objects::nonNull)
                .filter(status -> ResourceCondition.holds(status.conditions(), condition))
                .count();
    }

    /** How many nodes that have a report are heard of so. */
    public synchronized long nodes(Freshness freshness) {
        return heardOf.values().stream().filter(value -> value == freshness).count();
    }

    private Set<String> chunksOf(String node, Predicate<DataChunk> predicate) {
        return Stream.of(node, NO_NODE)
                .flatMap(name -> byNode.getOrDefault(name, Map.of()).values().stream())
                .filter(predicate)
                .map(DataChunk::key)
                .collect(Collectors.toSet());
    }

    private static String namedNode(DataChunk chunk) {
        String name = chunk.problem().isPresent() ? null : chunk.getSpec().nodeName();
        return name == null ? NO_NODE : name;
    }

    private static boolean wants(DataChunk chunk, String node, @Nullable Map<String, String> labels) {
        return labels != null && chunk.problem().isEmpty() && Placement.wants(chunk.getSpec(), node, labels);
    }

    private void drop(String chunk, String slice) {
        entries.computeIfPresent(chunk, (_, located) -> {
            located.remove(slice);
            return located.isEmpty() ? null : located;
        });
    }

    private static Map<String, ChunkEntry> byChunk(@Nullable NodeChunkSlice slice) {
        return slice == null
                ? Map.of()
                : slice.getEntries().stream()
                        .collect(Collectors.toMap(ChunkEntry::key, entry -> entry, (first, _) -> first));
    }

    /** Bytes that arrive change no status; all else may. */
    private static boolean saysTheSame(@Nullable ChunkEntry before, ChunkEntry after) {
        return before != null
                && before.equals(new ChunkEntry(
                        after.namespace(),
                        after.name(),
                        after.uid(),
                        after.generation(),
                        after.state(),
                        after.reason(),
                        after.message(),
                        before.bytesDone(),
                        after.bytesTotal(),
                        after.since()));
    }

    private record Located(String node, ChunkEntry entry) {}
}
