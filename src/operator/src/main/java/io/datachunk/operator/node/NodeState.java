package io.datachunk.operator.node;

import io.datachunk.api.ChunkEntry;
import java.util.Optional;

/**
 * Where one chunk stands on one node that is to hold it.
 *
 * @param freshness of the node's report
 * @param entry what the node last reported of the chunk
 */
public record NodeState(String nodeName, Freshness freshness, Optional<ChunkEntry> entry) {}
