package io.datachunk.manager;

/**
 * The volume at one moment. Immutable.
 *
 * @param capacityBytes of the file system
 * @param availableBytes that the file system would still give to this process
 * @param reservedBytes promised to downloads that have begun, and not written yet
 */
public record VolumeStatus(long capacityBytes, long availableBytes, long reservedBytes) {}
