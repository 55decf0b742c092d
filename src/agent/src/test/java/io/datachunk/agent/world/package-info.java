/** What is around an agent, for its tests and for the demo: how an origin answers, how a chunk is declared, how the agent is asked. */
@org.jspecify.annotations.NullMarked
package io.datachunk.agent.world;
