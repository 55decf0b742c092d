package io.datachunk.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an agent reports of its node as a whole. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NodeChunksStatus(
        @Nullable Long observedGeneration,
        @Nullable AgentReport agent,
        @Nullable VolumeReport volume,
        @Nullable ChunkSummary summary,
        List<ResourceCondition> conditions) {

    public NodeChunksStatus {
        conditions = Required.listOrEmpty("conditions", conditions);
    }

    /**
     * The agent.
     *
     * @param started RFC 3339
     * @param heartbeat RFC 3339; written every 30 seconds, by the node's clock
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AgentReport(
            @Nullable String version,
            @Nullable String started,
            @Nullable String heartbeat) {}

    /**
     * The volume.
     *
     * @param uuid of the volume that this node has used; another one, or an empty directory in its place, is refused
     * @param reservedBytes promised to downloads that have begun, and not written yet
     * @param used {@code 1.2Ti} of chunks, for the printed column
     * @param free for the printed column
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record VolumeReport(
            @Nullable String uuid,
            @Nullable Long capacityBytes,
            @Nullable Long availableBytes,
            @Nullable Long reservedBytes,
            @Nullable String used,
            @Nullable String free) {}

    /**
     * Sums over the node's chunks.
     *
     * @param secondsToReady at the present rate; null where nothing is missing or nothing moves
     * @param ready {@code 4990/5000}, for the printed column
     * @param rate {@code 120Mi/s}, for the printed column
     * @param eta {@code 5m}, for the printed column
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ChunkSummary(
            @Nullable Tally chunks,
            @Nullable Tally bytes,
            @Nullable Long bytesPerSecond,
            @Nullable Long secondsToReady,
            @Nullable String ready,
            @Nullable String rate,
            @Nullable String eta) {}

    /** One number for each group of chunks: how many, or how many bytes. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Tally(long desired, long ready, long downloading, long waiting, long failed, long deleting) {}
}
