/**
 * What the agent reports to the API server: one NodeChunks and as many NodeChunkSlices as its chunks need, and events on its Node. Decides apart from
 * writing; knows the rows of the agent and the custom resources, and nothing of disks or sources.
 */
@NullMarked
package io.datachunk.agent.report;

import org.jspecify.annotations.NullMarked;
