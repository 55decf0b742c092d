/**
 * An agent's ties to an API server: how it is reached, what it remembers of this node's volume, and what is written there. Knows
 * the sources and the reports; the agent knows it.
 */
@NullMarked
package io.datachunk.agent.cluster;

import org.jspecify.annotations.NullMarked;
