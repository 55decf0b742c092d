package io.datachunk.operator.chunk;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkReason;
import io.datachunk.api.ChunkState;
import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkApi;
import io.datachunk.api.DataChunkFile;
import io.datachunk.api.DataChunkStatus;
import io.datachunk.api.ForPeople;
import io.datachunk.api.NodeCounts;
import io.datachunk.api.NodeFailure;
import io.datachunk.api.ResourceCondition;
import io.datachunk.operator.node.Freshness;
import io.datachunk.operator.node.NodeState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sums up where the nodes are with one chunk. Pure: the same object, nodes and time give the same status. */
public final class RollUp {
    private static final Comparator<NodeFailure> LONGEST_FIRST = Comparator.comparing(
                    NodeFailure::since, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(NodeFailure::nodeName);
    private static final Comparator<Pending> SLOWEST_FIRST = Comparator.comparingInt(Pending::progress)
            .thenComparing(Pending::since, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Pending::nodeName);

    private final DataChunk chunk;
    private final int desired;
    private final List<NodeFailure> failures = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();
    private int ready;
    private int unknown;

    private RollUp(DataChunk chunk, List<NodeState> nodes) {
        this.chunk = chunk;
        this.desired = nodes.size();
        nodes.forEach(this::count);
        failures.sort(LONGEST_FIRST);
        pending.sort(SLOWEST_FIRST);
    }

    /**
     * The status as of now.
     *
     * @param previous the last one; conditions that stay keep their time
     * @param nodes those that are to hold the chunk
     */
    public static DataChunkStatus status(
            DataChunk chunk, List<ResourceCondition> previous, List<NodeState> nodes, Instant now) {
        if (chunk.problem().isPresent()) {
            return undecodable(chunk, previous, now);
        }
        RollUp sums = new RollUp(chunk, nodes);
        Verdict verdict = sums.verdict();
        Long bytes = sums.sizeBytes(nodes);
        return new DataChunkStatus(
                chunk.getMetadata().getGeneration(),
                new NodeCounts(sums.desired, sums.ready, sums.failures.size(), sums.unknown),
                sums.ready + "/" + sums.desired,
                bytes,
                bytes == null ? null : ForPeople.bytes(bytes),
                sums.failures.stream().limit(DataChunkApi.MAX_FAILURES).toList(),
                verdict.conditions(previous, chunk.getMetadata().getGeneration(), now));
    }

    private static DataChunkStatus undecodable(DataChunk chunk, List<ResourceCondition> previous, Instant now) {
        Verdict verdict = new Verdict(
                Outcome.STALLED,
                ChunkReason.INVALID_SPEC.text(),
                "this version of the operator cannot read the object: "
                        + chunk.problem().orElse(""));
        Long generation = chunk.getMetadata().getGeneration();
        return new DataChunkStatus(
                generation, null, null, null, null, List.of(), verdict.conditions(previous, generation, now));
    }

    private void count(NodeState node) {
        ChunkEntry entry = node.entry().filter(this::isOfThisObject).orElse(null);
        if (node.freshness() != Freshness.FRESH) {
            unknown++;
            pending.add(new Pending(
                    node.nodeName(), ChunkReason.NODE_UNKNOWN.text(), "has not reported for a while", null));
        } else if (entry == null) {
            pending.add(new Pending(node.nodeName(), ChunkReason.QUEUED.text(), null, null));
        } else if (entry.state() == ChunkState.READY) {
            ready++;
        } else if (entry.state() == ChunkState.FAILED && isOfThisGeneration(entry)) {
            failures.add(new NodeFailure(node.nodeName(), entry.reason(), shortened(entry.message()), entry.since()));
        } else if (entry.state() == ChunkState.FAILED) {
            // The node has not seen the present spec yet: what failed before says nothing about it.
            pending.add(new Pending(node.nodeName(), ChunkReason.QUEUED.text(), null, null));
        } else {
            pending.add(new Pending(node.nodeName(), entry.reason(), shortened(entry.message()), entry.since()));
        }
    }

    private boolean isOfThisObject(ChunkEntry entry) {
        return entry.uid() == null || entry.uid().equals(chunk.getMetadata().getUid());
    }

    private boolean isOfThisGeneration(ChunkEntry entry) {
        Long generation = chunk.getMetadata().getGeneration();
        return generation == null || entry.generation() >= generation;
    }

    private Verdict verdict() {
        if (desired == 0) {
            return new Verdict(Outcome.RECONCILING, ChunkReason.NO_MATCHING_NODE.text(), nobodyMatches());
        }
        if (!failures.isEmpty()) {
            NodeFailure first = failures.getFirst();
            return new Verdict(
                    Outcome.STALLED,
                    first.reason(),
                    failures.size() + " of " + desired + " nodes failed; "
                            + said(first.nodeName(), first.reason(), first.message()));
        }
        if (pending.isEmpty()) {
            return new Verdict(
                    Outcome.READY,
                    ChunkReason.READY.text(),
                    ready == 1 ? "held by 1 node" : "held by " + ready + " nodes");
        }
        Pending slowest = pending.getFirst();
        return new Verdict(
                Outcome.RECONCILING,
                slowest.reason(),
                ready + " of " + desired + " nodes ready; "
                        + said(slowest.nodeName(), slowest.reason(), slowest.message()));
    }

    private String nobodyMatches() {
        String wanted = chunk.getSpec().nodeName() == null
                ? chunk.getSpec().nodeSelector().isEmpty() ? "" : " with the labels of nodeSelector"
                : " named " + chunk.getSpec().nodeName()
                        + (chunk.getSpec().nodeSelector().isEmpty() ? "" : " with the labels of nodeSelector");
        return "there is no node" + wanted + " that runs an agent";
    }

    private static String said(String nodeName, String reason, @Nullable String message) {
        return nodeName + ": " + (message == null || message.isEmpty() ? reason : message);
    }

    /** As declared, or else as the nodes learned from the source; null while neither says all of it. */
    private @Nullable Long sizeBytes(List<NodeState> nodes) {
        List<DataChunkFile> files = chunk.getSpec().files();
        if (files.stream().allMatch(file -> file.sizeBytes() != null)) {
            return files.stream()
                    .mapToLong(file -> Objects.requireNonNull(file.sizeBytes()))
                    .sum();
        }
        Stream<ChunkEntry> entries =
                nodes.stream().flatMap(node -> node.entry().stream()).filter(this::isOfThisObject);
        return entries.map(ChunkEntry::bytesTotal)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String shortened(@Nullable String message) {
        return message == null || message.length() <= DataChunkApi.MAX_MESSAGE_CHARACTERS
                ? message
                : message.substring(0, DataChunkApi.MAX_MESSAGE_CHARACTERS - 1) + "…";
    }

    /** A node that is to hold the chunk and neither does nor has given up. */
    private record Pending(
            String nodeName,
            String reason,
            @Nullable String message,
            @Nullable String since) {
        /** How far it is; one that is in trouble is further from ready than one that waits for its turn. */
        int progress() {
            return switch (ChunkReason.parse(reason).orElse(ChunkReason.STALLED)) {
                case NODE_UNKNOWN -> 0;
                case QUEUED -> 2;
                case DOWNLOADING -> 3;
                case VERIFYING, READY -> 4;
                case INSUFFICIENT_SPACE,
                        SOURCE_UNREACHABLE,
                        SOURCE_REFUSED,
                        NOT_FOUND,
                        FORBIDDEN,
                        ADDRESS_REFUSED,
                        SIZE_MISMATCH,
                        CHECKSUM_MISMATCH,
                        INVALID_SPEC,
                        CONFLICT,
                        STALLED,
                        IO_ERROR,
                        DAMAGED,
                        WAITING_FOR_REFERENCES,
                        DELETES_HELD,
                        DELETING,
                        NO_MATCHING_NODE -> 1;
            };
        }
    }

    private enum Outcome {
        READY,
        RECONCILING,
        STALLED
    }

    private record Verdict(Outcome outcome, String reason, String message) {
        List<ResourceCondition> conditions(List<ResourceCondition> previous, Long generation, Instant now) {
            return List.of(
                    condition(
                            previous, DataChunkApi.CONDITION_READY, outcome == Outcome.READY, message, generation, now),
                    condition(
                            previous,
                            DataChunkApi.CONDITION_RECONCILING,
                            outcome == Outcome.RECONCILING,
                            "",
                            generation,
                            now),
                    condition(
                            previous, DataChunkApi.CONDITION_STALLED, outcome == Outcome.STALLED, "", generation, now));
        }

        /** The abnormal ones repeat the message only while they hold: thousands of objects are stored. */
        private ResourceCondition condition(
                List<ResourceCondition> previous,
                String type,
                boolean holds,
                String otherwise,
                Long generation,
                Instant now) {
            return ResourceCondition.following(
                    previous, type, holds, reason, holds ? message : otherwise, generation, now);
        }
    }
}
