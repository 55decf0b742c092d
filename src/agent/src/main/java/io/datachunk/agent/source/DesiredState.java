package io.datachunk.agent.source;

import io.datachunk.reader.ChunkId;
import java.util.List;
import java.util.Set;

/**
 * All that a source wants of this node at one moment. Immutable.
 *
 * @param chunks what shall be here. Several names may declare one chunk; they carry equal specs then
 * @param rejected declarations that are not followed
 * @param complete whether a chunk that is not in {@code chunks} is not wanted. False while a part of the source that may
 *     declare it has never been readable: a chunk that nobody declared since the start stays then
 * @param kept what is declared by objects that cannot be followed: of these ids, what is here stays
 */
public record DesiredState(
        List<DeclaredChunk> chunks, List<RejectedChunk> rejected, boolean complete, Set<ChunkId> kept) {

    public DesiredState {
        chunks = List.copyOf(chunks);
        rejected = List.copyOf(rejected);
        kept = Set.copyOf(kept);
    }

    /** A state that keeps nothing but what it wants. */
    public DesiredState(List<DeclaredChunk> chunks, List<RejectedChunk> rejected, boolean complete) {
        this(chunks, rejected, complete, Set.of());
    }
}
