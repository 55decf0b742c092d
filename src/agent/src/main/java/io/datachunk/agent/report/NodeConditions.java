package io.datachunk.agent.report;

import io.datachunk.api.DataChunkApi;
import io.datachunk.api.ResourceCondition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The conditions of a NodeChunks. Stateless; what changes is what the caller gives. */
final class NodeConditions {
    static final String VOLUME_MISSING = "VolumeMissing";

    private NodeConditions() {}

    /**
     * The conditions as of now; each keeps its time while its status stays.
     *
     * @param generation of the NodeChunks
     */
    static List<ResourceCondition> of(
            NodeFacts facts, Summary summary, List<ResourceCondition> previous, long generation, Instant now) {
        return List.of(
                ready(facts).follow(previous, generation, now),
                pressure(summary).follow(previous, generation, now),
                held(summary).follow(previous, generation, now));
    }

    /** A condition without its time. */
    private record Verdict(String type, boolean holds, String reason, String message) {
        ResourceCondition follow(List<ResourceCondition> previous, long generation, Instant now) {
            return ResourceCondition.following(previous, type, holds, reason, message, generation, now);
        }
    }

    private static Verdict ready(NodeFacts facts) {
        Optional<Verdict> missing =
                facts.volumeMissing().map(why -> new Verdict(DataChunkApi.CONDITION_READY, false, VOLUME_MISSING, why));
        return missing.orElseGet(() -> facts.notReady().isEmpty()
                ? new Verdict(
                        DataChunkApi.CONDITION_READY,
                        true,
                        "Synchronised",
                        "The agent follows the API server, and its volume is healthy.")
                : new Verdict(DataChunkApi.CONDITION_READY, false, "NotReady", String.join("; ", facts.notReady())));
    }

    private static Verdict pressure(Summary summary) {
        return summary.withoutSpace() > 0
                ? new Verdict(
                        DataChunkApi.CONDITION_VOLUME_PRESSURE,
                        true,
                        "InsufficientSpace",
                        summary.withoutSpace() + " wanted chunks wait for space on the volume.")
                : new Verdict(
                        DataChunkApi.CONDITION_VOLUME_PRESSURE, false, "EnoughSpace", "No chunk waits for space.");
    }

    private static Verdict held(Summary summary) {
        return summary.held() > 0
                ? new Verdict(
                        DataChunkApi.CONDITION_DELETES_HELD,
                        true,
                        "TooManyAtOnce",
                        summary.held()
                                + " chunks are not declared any more, too many at once: they are served until the grace"
                                + " has passed. Declare them again to keep them.")
                : new Verdict(DataChunkApi.CONDITION_DELETES_HELD, false, "NoneHeld", "No deletion is held.");
    }
}
