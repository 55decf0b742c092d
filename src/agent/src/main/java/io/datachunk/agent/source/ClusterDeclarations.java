package io.datachunk.agent.source;

import io.datachunk.agent.source.Declaration.Unusable;
import io.datachunk.agent.source.Declaration.Usable;
import io.datachunk.api.ApiResource;
import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkSpec;
import io.datachunk.api.Placement;
import io.datachunk.reader.ChunkId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the DataChunks of an API server as the desired state of one node. Owned by one thread; does no I/O.
 *
 * <p>What an object says is read once a generation. Its content is immutable, so one that turned into something that this version
 * cannot read goes on saying what it said before: it is still there, and so is the wish for its chunk.
 */
final class ClusterDeclarations {
    private static final Comparator<DataChunk> BY_NAME = Comparator.comparing(ApiResource::key);

    private final String nodeName;

    /** By uid of the objects of the last look, and of no others. */
    private Map<String, Known> known = new HashMap<>();

    ClusterDeclarations(String nodeName) {
        this.nodeName = nodeName;
    }

    /**
     * What is known of one object.
     *
     * @param placement the last spec that could be decoded
     * @param usable the last declaration that could be followed
     */
    private record Known(
            Long generation,
            boolean decoded,
            Declaration latest,
            Optional<DataChunkSpec> placement,
            Optional<Usable> usable) {}

    /** A state, and what cannot be told of it: a line each, for people. */
    record Reading(DesiredState state, List<String> problems) {}

    /**
     * Reads all objects.
     *
     * @param named objects that name this node
     * @param unnamed objects that name no node
     * @param labels of this node
     */
    Reading read(Collection<DataChunk> named, Collection<DataChunk> unnamed, Map<String, String> labels) {
        Map<String, Known> next = HashMap.newHashMap(named.size() + unnamed.size());
        Sorting sorting = new Sorting(labels);
        named.stream().sorted(BY_NAME).forEach(object -> sorting.take(object, look(object, next), true));
        unnamed.stream().sorted(BY_NAME).forEach(object -> sorting.take(object, look(object, next), false));
        known = next;
        return sorting.result();
    }

    private Known look(DataChunk object, Map<String, Known> next) {
        String uid = String.valueOf(object.getMetadata().getUid());
        @Nullable Long generation = object.getMetadata().getGeneration();
        boolean decoded = object.getSpec() != null;
        Known before = known.get(uid);
        Known now = before != null && before.generation().equals(generation) && before.decoded() == decoded
                ? before
                : read(object, generation == null ? 0L : generation, before);
        next.put(uid, now);
        return now;
    }

    private static Known read(DataChunk object, Long generation, @Nullable Known before) {
        Declaration latest = Declaration.of(object);
        Optional<DataChunkSpec> placement = Optional.ofNullable(object.getSpec());
        Optional<Usable> usable = latest instanceof Usable now ? Optional.of(now) : Optional.empty();
        if (before != null) {
            placement = placement.or(before::placement);
            usable = usable.or(before::usable);
        }
        return new Known(generation, object.getSpec() != null, latest, placement, usable);
    }

    /** What has been sorted out so far. */
    private final class Sorting {
        private final Map<String, String> labels;
        private final List<Usable> followed = new ArrayList<>();
        private final List<RejectedChunk> rejected = new ArrayList<>();
        private final Set<ChunkId> kept = new HashSet<>();
        private final List<String> problems = new ArrayList<>();
        private boolean complete = true;

        Sorting(Map<String, String> labels) {
            this.labels = labels;
        }

        void take(DataChunk object, Known known, boolean namesThisNode) {
            if (object.getMetadata().getDeletionTimestamp() != null) {
                return;
            }
            Optional<DataChunkSpec> placement = known.placement();
            boolean wanted = placement
                    .map(spec -> Placement.wants(spec, nodeName, labels))
                    .orElse(namesThisNode);
            if (known.latest() instanceof Unusable bad) {
                if (wanted || placement.isEmpty()) {
                    problems.add("the DataChunk " + bad.name() + " cannot be followed: "
                            + bad.why().message());
                }
                if (placement.isEmpty()) {
                    complete = false;
                }
                if (wanted) {
                    rejected.add(bad.why());
                    bad.id().ifPresent(kept::add);
                }
            }
            if (wanted) {
                known.usable().ifPresent(followed::add);
            }
        }

        Reading result() {
            ConflictRule.Outcome outcome = ConflictRule.judge(followed);
            outcome.rejected()
                    .forEach(lost ->
                            problems.add("the DataChunk " + lost.name() + " is not followed: " + lost.message()));
            rejected.addAll(outcome.rejected());
            return new Reading(new DesiredState(outcome.chunks(), rejected, complete, kept), List.copyOf(problems));
        }
    }
}
