/** What the agent answers over HTTP: health, metrics, and the list of chunks. */
package io.datachunk.agent.http;
