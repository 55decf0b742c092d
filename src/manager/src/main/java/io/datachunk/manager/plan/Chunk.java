package io.datachunk.manager.plan;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The life of one chunk id: what is declared, and every content of which there are bytes. Owned by the planner thread. */
final class Chunk {
    final ChunkId id;

    /** By ascending number, all different. At most one is LIVE. */
    final List<Content> contents = new ArrayList<>(2);

    /** The last declaration; null if nobody wants the chunk, or if it is desired only because it was found. */
    @Nullable
    ChunkSpec spec;

    /**
     * The content that is wanted. Never null while {@link #spec} is not; a spec may be missing while it is LIVE. Never
     * damaged, never leaving.
     */
    @Nullable
    Content target;

    /** What was found damaged, until its place is taken by a good one or the declaration changes. */
    @Nullable
    String damage;

    /** The directory that was found, desired and damaged, and of which no declaration is known. */
    @Nullable
    ChunkDirectory lost;

    Chunk(ChunkId id) {
        this.id = id;
    }

    boolean desired() {
        return target != null || lost != null;
    }

    /** Adds a content for a declaration under the next number. */
    Content plan(ChunkSpec declared) {
        int number = contents.isEmpty() ? 1 : contents.getLast().directory.content() + 1;
        Content content =
                new Content(this, new ChunkDirectory(declared.dataset(), declared.range(), id, number), Phase.PLANNED);
        contents.add(content);
        return content;
    }

    /** The content that readers find. */
    Optional<Content> live() {
        return contents.stream().filter(content -> content.phase == Phase.LIVE).findFirst();
    }

    /** The content that readers find although another is wanted. */
    Optional<Content> superseded() {
        return live().filter(content -> content != target);
    }

    /** Whether it is not known yet if what is wanted is what is there: then nothing else that may be it is given up. */
    boolean undecided() {
        return spec != null && target != null && target.phase.complete() && Match.of(target, spec) == Match.UNKNOWN;
    }
}
