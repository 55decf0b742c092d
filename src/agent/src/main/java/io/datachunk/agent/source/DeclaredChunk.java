package io.datachunk.agent.source;

import io.datachunk.manager.ChunkSpec;

/**
 * A chunk under the name of the object that declares it. Immutable.
 *
 * @param name {@code namespace/name}, or the name alone
 */
public record DeclaredChunk(String name, ChunkSpec spec) {}
