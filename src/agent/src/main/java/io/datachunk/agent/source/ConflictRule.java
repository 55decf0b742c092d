package io.datachunk.agent.source;

import io.datachunk.agent.source.Declaration.Usable;
import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Digest;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Reason;
import io.datachunk.reader.ChunkId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which of several declarations of one chunk id hold. Equal content is one chunk; of different contents the older object
 * wins: by creation time, where one has none it counts as younger, then by name. URLs are not content, and a size or
 * digest that only one of two declares does not contradict the other: what any of them declares is checked.
 */
public final class ConflictRule {
    private static final Comparator<Usable> OLDEST_FIRST = Comparator.comparing(
                    (Usable usable) -> usable.created().orElse(Instant.MAX))
            .thenComparing(Usable::name);

    private ConflictRule() {}

    /** What holds, and what loses. */
    public record Outcome(List<DeclaredChunk> chunks, List<RejectedChunk> rejected) {}

    /** Judges declarations of any ids, each with a name of its own. */
    public static Outcome judge(Collection<Usable> declarations) {
        Map<ChunkId, List<Usable>> byId = new LinkedHashMap<>();
        for (Usable usable : declarations) {
            byId.computeIfAbsent(usable.spec().id(), _ -> new ArrayList<>(1)).add(usable);
        }
        List<DeclaredChunk> chunks = new ArrayList<>(declarations.size());
        List<RejectedChunk> rejected = new ArrayList<>();
        for (List<Usable> rivals : byId.values()) {
            judgeOne(rivals, chunks, rejected);
        }
        return new Outcome(chunks, rejected);
    }

    private static void judgeOne(List<Usable> rivals, List<DeclaredChunk> chunks, List<RejectedChunk> rejected) {
        rivals.sort(OLDEST_FIRST);
        ChunkSpec held = rivals.getFirst().spec();
        List<Usable> winners = new ArrayList<>(rivals.size());
        for (Usable rival : rivals) {
            Optional<ChunkSpec> merged = merge(held, rival.spec());
            if (merged.isPresent()) {
                held = merged.get();
                winners.add(rival);
            } else {
                rejected.add(conflict(rival, winners.getFirst().name()));
            }
        }
        for (Usable winner : winners) {
            chunks.add(new DeclaredChunk(winner.name(), held, winner.object()));
        }
    }

    private static RejectedChunk conflict(Usable loser, String winner) {
        return new RejectedChunk(
                loser.name(),
                Optional.of(loser.spec().id().toString()),
                Optional.of(loser.spec().dataset().toString()),
                Optional.of(loser.spec().range()),
                Reason.CONFLICT,
                winner + " declares the same id with other content and is older: give this chunk an id of its own, or"
                        + " remove one of the two",
                loser.object());
    }

    /** The older spec with what the younger one knows besides; empty if they contradict each other. */
    private static Optional<ChunkSpec> merge(ChunkSpec older, ChunkSpec younger) {
        if (older.equals(younger)) {
            return Optional.of(older);
        }
        if (!older.dataset().equals(younger.dataset())
                || !older.range().equals(younger.range())
                || older.files().size() != younger.files().size()) {
            return Optional.empty();
        }
        Map<String, FileSpec> others = new HashMap<>();
        younger.files().forEach(file -> others.put(file.name(), file));
        List<FileSpec> files = new ArrayList<>(older.files().size());
        for (FileSpec file : older.files()) {
            FileSpec other = others.get(file.name());
            if (other == null || contradict(file, other)) {
                return Optional.empty();
            }
            files.add(merge(file, other));
        }
        return Optional.of(new ChunkSpec(older.id(), older.dataset(), older.range(), files));
    }

    private static boolean contradict(FileSpec older, FileSpec younger) {
        boolean sizes = older.sizeBytes().isPresent()
                && younger.sizeBytes().isPresent()
                && !older.sizeBytes().equals(younger.sizeBytes());
        boolean digests = older.digest().isPresent()
                && younger.digest().isPresent()
                && !older.digest().equals(younger.digest());
        return sizes || digests;
    }

    private static FileSpec merge(FileSpec older, FileSpec younger) {
        OptionalLong size = older.sizeBytes().isPresent() ? older.sizeBytes() : younger.sizeBytes();
        Optional<Digest> digest = older.digest().or(younger::digest);
        return new FileSpec(older.name(), older.url(), size, digest);
    }
}
