package io.datachunk.agent;

import io.datachunk.agent.source.DeclaredChunk;
import io.datachunk.agent.source.DesiredState;
import io.datachunk.agent.source.RejectedChunk;
import io.datachunk.reader.ChunkId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the agent wants of the engine at one moment, and why. Immutable.
 *
 * @param state as the source gave it
 * @param held by the guard, with the time since when
 * @param rejectedSince for each rejected declaration of the state
 * @param declarations of every chunk that is wanted, and the last ones of every chunk that is not wanted any more and has
 *     not gone yet
 */
public record Intent(
        DesiredState state,
        Map<ChunkId, Instant> held,
        Map<RejectedChunk, Instant> rejectedSince,
        Map<ChunkId, List<DeclaredChunk>> declarations) {

    /** Before the source was read. */
    public static final Intent NONE =
            new Intent(new DesiredState(List.of(), List.of(), false), Map.of(), Map.of(), Map.of());
}
