package io.datachunk.agent.source;

import io.datachunk.manager.ChunkSpec;
import java.util.Optional;

/**
 * A chunk under the name of the object that declares it. Immutable.
 *
 * @param name {@code namespace/name}, or the name alone
 * @param object empty for a manifest in a file
 */
public record DeclaredChunk(String name, ChunkSpec spec, Optional<ObjectVersion> object) {

    /** What a manifest in a file declares. */
    public DeclaredChunk(String name, ChunkSpec spec) {
        this(name, spec, Optional.empty());
    }
}
