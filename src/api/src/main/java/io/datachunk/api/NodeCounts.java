package io.datachunk.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * How many nodes are where with one chunk.
 *
 * @param desired nodes that want it and run an agent
 * @param ready hold it, complete
 * @param failed will not get it by waiting
 * @param unknown have not been heard of for a while
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeCounts(int desired, int ready, int failed, int unknown) {}
