package io.datachunk.agent.report;

import io.datachunk.agent.ChunkRow;
import io.datachunk.manager.VolumeStatus;
import java.util.List;
import java.util.Optional;

/**
 * What there is to report of an agent at one moment. Immutable.
 *
 * @param rows of every chunk; none while the volume is missing
 * @param volume empty while it is missing
 * @param volumeId the volume that this node has; while it is missing, the one that is missed
 * @param volumeMissing why nothing is done, for people; empty while the volume is there
 * @param volumeAccepted whether this process took a volume in place of the one remembered
 * @param downloadedBytes since the start
 * @param notReady what keeps the agent from being ready, for people
 */
public record NodeFacts(
        List<ChunkRow> rows,
        Optional<VolumeStatus> volume,
        Optional<String> volumeId,
        Optional<String> volumeMissing,
        boolean volumeAccepted,
        long downloadedBytes,
        List<String> notReady) {

    public NodeFacts {
        rows = List.copyOf(rows);
        notReady = List.copyOf(notReady);
    }
}
