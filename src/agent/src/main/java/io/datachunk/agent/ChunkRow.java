package io.datachunk.agent;

import io.datachunk.agent.source.DeclaredChunk;
import io.datachunk.agent.source.ObjectVersion;
import io.datachunk.agent.source.RejectedChunk;
import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.ChunkStatus;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Holder;
import io.datachunk.manager.Reason;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Where one declared object stands on this node, or a chunk that nobody declares any more. Immutable.
 *
 * @param name of the object; empty for a chunk that nobody declared since the agent started
 * @param id as declared: of an unusable object it may be no id at all
 * @param object that declares it, if one of an API server does
 * @param dataset as declared, as far as known
 */
public record ChunkRow(
        Optional<String> name,
        Optional<ObjectVersion> object,
        Optional<String> id,
        Optional<String> dataset,
        Optional<BlockRange> range,
        State state,
        Reason reason,
        String message,
        long bytesDone,
        OptionalLong bytesTotal,
        Instant since,
        List<Holder> holders) {

    private static final Comparator<ChunkRow> BY_NAME = Comparator.comparing(
                    (ChunkRow row) -> row.name().isEmpty())
            .thenComparing(row -> row.name().orElse(""))
            .thenComparing(row -> row.id().orElse(""));

    /**
     * A row for every declared object, and one for every other chunk that the engine knows; by name.
     *
     * @param now for objects that the engine has not heard of yet
     */
    public static List<ChunkRow> of(
            Intent intent, List<ChunkStatus> statuses, Map<ChunkId, List<Holder>> holders, Instant now) {
        Map<ChunkId, ChunkStatus> statusById = HashMap.newHashMap(statuses.size());
        statuses.forEach(status -> statusById.put(status.id(), status));
        List<ChunkRow> rows = new ArrayList<>(statuses.size());
        Set<String> rejectedNames = new HashSet<>();
        for (RejectedChunk rejected : intent.state().rejected()) {
            rejectedNames.add(rejected.name());
            rows.add(rejected(rejected, intent.rejectedSince().getOrDefault(rejected, now)));
        }
        Set<ChunkId> declared = new HashSet<>();
        for (DeclaredChunk chunk : intent.state().chunks()) {
            ChunkId id = chunk.spec().id();
            declared.add(id);
            if (!rejectedNames.contains(chunk.name())) {
                ChunkStatus status = Optional.ofNullable(statusById.get(id)).orElseGet(() -> unheard(id, now));
                rows.add(row(Optional.of(chunk), status, holders.getOrDefault(id, List.of())));
            }
        }
        for (ChunkStatus status : statuses) {
            if (!declared.contains(status.id())) {
                addUndeclared(rows, intent, status, holders.getOrDefault(status.id(), List.of()));
            }
        }
        rows.sort(BY_NAME);
        return rows;
    }

    private static void addUndeclared(List<ChunkRow> rows, Intent intent, ChunkStatus status, List<Holder> holders) {
        ChunkStatus shown = Optional.ofNullable(intent.held().get(status.id()))
                .filter(_ -> status.state() == State.READY)
                .map(since -> held(status, since))
                .orElse(status);
        List<DeclaredChunk> former = intent.declarations().getOrDefault(status.id(), List.of());
        if (former.isEmpty()) {
            rows.add(row(Optional.empty(), shown, holders));
        }
        former.forEach(chunk -> rows.add(row(Optional.of(chunk), shown, holders)));
    }

    private static ChunkStatus held(ChunkStatus ready, Instant since) {
        return new ChunkStatus(
                ready.id(),
                State.READY,
                Reason.DELETES_HELD,
                "nobody declares it any more, but too many chunks would go at once: held since then",
                ready.bytesDone(),
                ready.bytesTotal(),
                since);
    }

    private static ChunkStatus unheard(ChunkId id, Instant now) {
        return new ChunkStatus(id, State.QUEUED, Reason.QUEUED, "", 0, OptionalLong.empty(), now);
    }

    private static ChunkRow row(Optional<DeclaredChunk> declared, ChunkStatus status, List<Holder> holders) {
        Optional<ChunkSpec> spec = declared.map(DeclaredChunk::spec);
        return new ChunkRow(
                declared.map(DeclaredChunk::name),
                declared.flatMap(DeclaredChunk::object),
                Optional.of(status.id().toString()),
                spec.map(known -> known.dataset().toString()),
                spec.map(ChunkSpec::range),
                status.state(),
                status.reason(),
                status.message(),
                status.bytesDone(),
                status.bytesTotal(),
                status.since(),
                holders);
    }

    private static ChunkRow rejected(RejectedChunk rejected, Instant since) {
        return new ChunkRow(
                Optional.of(rejected.name()),
                rejected.object(),
                rejected.id(),
                rejected.dataset(),
                rejected.range(),
                State.FAILED,
                rejected.reason(),
                rejected.message(),
                0,
                OptionalLong.empty(),
                since,
                List.of());
    }
}
