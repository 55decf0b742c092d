package io.datachunk.agent;

import io.datachunk.agent.source.DeclaredChunk;
import io.datachunk.agent.source.DesiredState;
import io.datachunk.agent.source.RejectedChunk;
import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.ChunkStatus;
import io.datachunk.manager.Reason;
import io.datachunk.reader.ChunkId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a source wants and what the engine has into orders, past the guard. Owned by one thread, that of the agent's
 * loop; does no I/O.
 */
final class Reconciliation {
    private final DeleteGuard guard;
    private final InstantSource clock;

    /** What the engine was last told to have, with the held ones; null before the first time. */
    private @Nullable Map<ChunkId, ChunkSpec> ordered;

    /** What the engine was last let keep without being told what it is. */
    private Set<ChunkId> unknownKept = Set.of();

    /** Declared by the source since the start, and still of interest. */
    private Set<ChunkId> everDeclared = new HashSet<>();

    private Map<ChunkId, List<DeclaredChunk>> former = Map.of();
    private Map<RejectedChunk, Instant> rejectedSince = Map.of();

    Reconciliation(DeleteGuard guard, InstantSource clock) {
        this.guard = guard;
        this.clock = clock;
    }

    /** Orders for the engine, and what there is to report besides the engine's own status. */
    record Result(Orders orders, Intent intent) {}

    /**
     * Decides.
     *
     * @param ready what readers find
     * @param statuses of the same moment or a little later
     */
    Result step(DesiredState state, Set<ChunkId> ready, List<ChunkStatus> statuses) {
        Map<ChunkId, List<DeclaredChunk>> declared = new LinkedHashMap<>();
        for (DeclaredChunk chunk : state.chunks()) {
            declared.computeIfAbsent(chunk.spec().id(), _ -> new ArrayList<>(1)).add(chunk);
        }
        Set<ChunkId> known = new HashSet<>(ready);
        statuses.forEach(status -> known.add(status.id()));
        everDeclared.retainAll(known);
        everDeclared.addAll(declared.keySet());

        Set<ChunkId> stays = new HashSet<>(declared.keySet());
        Set<ChunkId> kept = new HashSet<>();
        if (!state.complete()) {
            ready.stream().filter(id -> !everDeclared.contains(id)).forEach(kept::add);
        }
        state.kept().stream()
                .filter(id -> known.contains(id) && !declared.containsKey(id))
                .forEach(kept::add);
        stays.addAll(kept);
        Map<ChunkId, Instant> held = guard.decide(stays, ready, spaceIsShort(declared.keySet(), statuses));

        Map<ChunkId, ChunkSpec> wanted = new LinkedHashMap<>();
        declared.forEach((id, chunks) -> wanted.put(id, chunks.getFirst().spec()));
        for (ChunkId id : held.keySet()) {
            ChunkSpec spec = ordered == null ? null : ordered.get(id);
            if (spec == null) {
                kept.add(id);
            } else {
                wanted.put(id, spec);
            }
        }
        remember(state, declared, known);
        return new Result(orders(wanted, kept, known), new Intent(state, held, rejectedSince, former));
    }

    private Orders orders(Map<ChunkId, ChunkSpec> wanted, Set<ChunkId> kept, Set<ChunkId> known) {
        Map<ChunkId, ChunkSpec> before = ordered;
        if (before != null && before.equals(wanted) && unknownKept.equals(kept)) {
            return new Orders.Nothing();
        }
        ordered = wanted;
        unknownKept = kept;
        if (kept.isEmpty()) {
            return new Orders.Whole(List.copyOf(wanted.values()));
        }
        Map<ChunkId, ChunkSpec> told = before == null ? Map.of() : before;
        Set<ChunkId> unwanted = new LinkedHashSet<>(known);
        unwanted.addAll(told.keySet());
        unwanted.removeAll(wanted.keySet());
        unwanted.removeAll(kept);
        return new Orders.Changes(
                wanted.values().stream()
                        .filter(spec -> !spec.equals(told.get(spec.id())))
                        .toList(),
                List.copyOf(unwanted));
    }

    /** Whether a wanted chunk waits for space while no delete is under way that readers do not hold up. */
    private static boolean spaceIsShort(Set<ChunkId> declared, List<ChunkStatus> statuses) {
        boolean waits = false;
        for (ChunkStatus status : statuses) {
            switch (status.state()) {
                case DELETING -> {
                    return false;
                }
                case RETIRING -> {
                    if (status.reason() != Reason.WAITING_FOR_REFERENCES) {
                        return false;
                    }
                }
                case QUEUED, DOWNLOADING, READY, FAILED ->
                    waits |= status.reason() == Reason.INSUFFICIENT_SPACE && declared.contains(status.id());
            }
        }
        return waits;
    }

    private void remember(DesiredState state, Map<ChunkId, List<DeclaredChunk>> declared, Set<ChunkId> known) {
        Map<ChunkId, List<DeclaredChunk>> nextFormer = new HashMap<>(declared);
        former.forEach((id, chunks) -> {
            if (known.contains(id)) {
                nextFormer.putIfAbsent(id, chunks);
            }
        });
        former = Map.copyOf(nextFormer);
        Instant now = clock.instant();
        Map<RejectedChunk, Instant> nextSince = new HashMap<>();
        state.rejected().forEach(rejected -> nextSince.put(rejected, rejectedSince.getOrDefault(rejected, now)));
        rejectedSince = Map.copyOf(nextSince);
    }
}
