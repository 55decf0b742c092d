package io.datachunk.manager.plan;

import io.datachunk.reader.ChunkId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What follows from the event being handled. Owned by the planner thread. */
final class Steps {
    private List<Step> steps = new ArrayList<>();
    private Set<ChunkId> changed = new LinkedHashSet<>();

    void add(Chunk chunk, Step step) {
        steps.add(step);
        changed(chunk);
    }

    /** The row of this chunk may be another now. */
    void changed(Chunk chunk) {
        changed.add(chunk.id);
    }

    List<Step> take() {
        List<Step> taken = steps;
        steps = new ArrayList<>();
        return taken;
    }

    Set<ChunkId> takeChanged() {
        Set<ChunkId> taken = changed;
        changed = new LinkedHashSet<>();
        return taken;
    }
}
