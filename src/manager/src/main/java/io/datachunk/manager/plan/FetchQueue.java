package io.datachunk.manager.plan;

import io.datachunk.reader.DatasetId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/** Contents that wait for a slot: datasets take turns, and within one it is first come, first served. Owned by the planner thread. */
final class FetchQueue {
    /** In the order of their turns. No set is empty. */
    private final SequencedMap<DatasetId, SequencedSet<Content>> byDataset = new LinkedHashMap<>();

    void addLast(Content content) {
        of(content).addLast(content);
    }

    /** Ahead of all others: for a download that had its slot already. */
    void addFirst(Content content) {
        SequencedSet<Content> waiting = of(content);
        waiting.addFirst(content);
        byDataset.putFirst(content.directory.dataset(), waiting);
    }

    void remove(Content content) {
        SequencedSet<Content> waiting = byDataset.get(content.directory.dataset());
        if (waiting != null && waiting.remove(content) && waiting.isEmpty()) {
            byDataset.remove(content.directory.dataset());
        }
    }

    /** Takes the next one; its dataset is last in turn then. */
    Optional<Content> poll() {
        var first = byDataset.pollFirstEntry();
        if (first == null) {
            return Optional.empty();
        }
        Content next = first.getValue().removeFirst();
        if (!first.getValue().isEmpty()) {
            byDataset.put(first.getKey(), first.getValue());
        }
        return Optional.of(next);
    }

    private SequencedSet<Content> of(Content content) {
        return byDataset.computeIfAbsent(content.directory.dataset(), _ -> new LinkedHashSet<>());
    }
}
