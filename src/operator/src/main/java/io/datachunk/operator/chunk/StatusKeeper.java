package io.datachunk.operator.chunk;

import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkStatus;
import io.datachunk.operator.node.Freshness;
import io.datachunk.operator.node.NodeState;
import io.datachunk.operator.node.ReportIndex;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the status of each DataChunk true to what the nodes report: looks, sums up, and writes when {@link WriteRule} says so. Called for one chunk at a
 * time, for different ones on several threads; the map of what was written is all that it remembers.
 */
public final class StatusKeeper {
    private final ReportIndex index;
    private final StatusWriter writer;
    private final FailureEvents events;
    private final InstantSource clock;

    /** By uid. */
    private final Map<String, WriteMemory> memories = new ConcurrentHashMap<>();

    public StatusKeeper(ReportIndex index, StatusWriter writer, FailureEvents events, InstantSource clock) {
        this.index = index;
        this.writer = writer;
        this.events = events;
        this.clock = clock;
    }

    /** Writes the status if that is due. Says when to look again although nothing has changed by then; empty for not at all. */
    Optional<Duration> lookAt(DataChunk chunk) {
        Instant now = clock.instant();
        String uid = chunk.getMetadata().getUid();
        WriteMemory memory = memories.getOrDefault(uid, WriteMemory.NONE);
        Instant notBefore = memory.notBefore();
        if (notBefore != null && notBefore.isAfter(now)) {
            return Optional.of(Duration.between(now, notBefore));
        }
        DataChunkStatus stored = memory.stored(chunk, now);
        List<NodeState> nodes = index.desired(chunk);
        if (stored != null && stored.nodes() != null && nodes.stream().anyMatch(StatusKeeper::isUndecided)) {
            return Optional.empty(); // the index touches it again when the node is decided upon
        }
        DataChunkStatus next = RollUp.status(chunk, stored == null ? List.of() : stored.conditions(), nodes, now);
        Instant differsSince = memory.differsSince() == null ? now : memory.differsSince();
        Optional<Duration> delay = WriteRule.delay(stored, next, memory.writtenAt(), differsSince, now);
        if (delay.isEmpty()) {
            memories.computeIfPresent(uid, (_, was) -> was.agreeing());
            return Optional.empty();
        }
        if (!delay.get().isZero()) {
            memories.put(uid, memory.differing(differsSince));
            return delay;
        }
        return write(chunk, stored, next, memory.differing(differsSince), now);
    }

    /** Forgets the objects that are gone. */
    public void prune() {
        Set<String> living = new HashSet<>();
        index.chunks().forEach(chunk -> living.add(chunk.getMetadata().getUid()));
        memories.keySet().retainAll(living);
    }

    private static boolean isUndecided(NodeState node) {
        return node.freshness() == Freshness.UNDECIDED;
    }

    private Optional<Duration> write(
            DataChunk chunk, @Nullable DataChunkStatus stored, DataChunkStatus next, WriteMemory memory, Instant now) {
        String uid = chunk.getMetadata().getUid();
        try {
            String version = writer.write(chunk, StatusPatch.of(chunk, next));
            memories.put(uid, memory.wrote(version, next, now));
            events.changed(chunk, stored, next);
            return Optional.empty();
        } catch (KubernetesClientException _) {
            // Gone, made anew, or the server is not there: the first two end with the watch, the last with a later try.
            // The writer counts and logs.
            memories.put(uid, memory.failed(now));
            return Optional.of(memory.backOff());
        }
    }
}
