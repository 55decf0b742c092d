package io.datachunk.agent.http;

import io.datachunk.manager.ChunkStatus;
import io.datachunk.manager.VolumeStatus;
import java.util.List;

/**
 * What the metrics show of an engine at one moment. Immutable.
 *
 * @param heldDeletes chunks that the guard against mass deletion holds
 * @param openReferences of all processes; of those with read-only mounts one each chunk
 */
public record NodeSample(
        List<ChunkStatus> statuses, int heldDeletes, long downloadedBytes, VolumeStatus volume, long openReferences) {}
