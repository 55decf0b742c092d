package io.datachunk.agent.source;

/**
 * Which object of an API server declares something, and how far that object had come then. Immutable.
 *
 * @param uid tells it from an earlier object of its name
 * @param generation of its spec
 */
public record ObjectVersion(String namespace, String name, String uid, long generation) {}
