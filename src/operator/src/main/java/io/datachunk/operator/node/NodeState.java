package io.datachunk.operator.node;

import io.datachunk.api.ChunkEntry;
import java.util.Optional;

/**
 * Where one chunk stands on one node that is to hold it.
 *
 * @param heardOf whether the node's report is fresh
 * @param entry what the node last reported of the chunk
 */
public record NodeState(String nodeName, boolean heardOf, Optional<ChunkEntry> entry) {}
