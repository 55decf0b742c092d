package io.datachunk.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who decides what one chunk id is on one node. Of several objects with that id the oldest does, by creation time and then by namespace and name. Others
 * that say the same content agree with it, and the chunk is wanted while any of them is there; the rest conflict.
 *
 * @param content what the node is to hold: the winner's URLs, and every size and digest that the agreeing objects know
 * @param agreeing the winner first
 * @param conflicting oldest first
 */
public record Claim(DataChunkSpec content, List<DataChunk> agreeing, List<DataChunk> conflicting) {
    private static final Comparator<DataChunk> BY_AGE = Comparator.comparing(
                    (DataChunk chunk) -> chunk.getMetadata().getCreationTimestamp(),
                    Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(ApiResource::key);

    public Claim {
        agreeing = List.copyOf(agreeing);
        conflicting = List.copyOf(conflicting);
    }

    /** The object that decides. */
    public DataChunk winner() {
        return agreeing.getFirst();
    }

    /** What to tell the owner of an object that conflicts. */
    public String conflictMessage() {
        return "another object has this id and other content: " + winner().key()
                + " is older and holds; delete one of the two, or give this one an id of its own";
    }

    /**
     * The claims of one node, by chunk id.
     *
     * @param wanted objects that could be decoded and that want this node, in any order
     */
    public static Map<String, Claim> resolve(Collection<DataChunk> wanted) {
        Map<String, List<DataChunk>> byId = wanted.stream()
                .sorted(BY_AGE)
                .collect(Collectors.groupingBy(chunk -> chunk.getSpec().id(), TreeMap::new, Collectors.toList()));
        Map<String, Claim> claims = new LinkedHashMap<>();
        byId.forEach((id, oldestFirst) -> claims.put(id, of(oldestFirst)));
        return claims;
    }

    private static Claim of(List<DataChunk> oldestFirst) {
        DataChunkSpec content = oldestFirst.getFirst().getSpec();
        List<DataChunk> agreeing = new ArrayList<>();
        List<DataChunk> conflicting = new ArrayList<>();
        for (DataChunk chunk : oldestFirst) {
            Optional<DataChunkSpec> both = merge(content, chunk.getSpec());
            both.ifPresentOrElse(_ -> agreeing.add(chunk), () -> conflicting.add(chunk));
            content = both.orElse(content);
        }
        return new Claim(content, agreeing, conflicting);
    }

    /** What both say together; empty if they contradict each other. A size or digest that only one knows is no contradiction. */
    private static Optional<DataChunkSpec> merge(DataChunkSpec older, DataChunkSpec younger) {
        if (!older.dataset().equals(younger.dataset())
                || !older.blockRange().equals(younger.blockRange())
                || older.files().size() != younger.files().size()) {
            return Optional.empty();
        }
        Map<String, DataChunkFile> others = younger.files().stream()
                .collect(Collectors.toMap(DataChunkFile::name, file -> file, (first, _) -> first));
        List<DataChunkFile> files = new ArrayList<>();
        for (DataChunkFile file : older.files()) {
            DataChunkFile other = others.get(file.name());
            if (other == null
                    || contradict(file.sizeBytes(), other.sizeBytes())
                    || contradict(file.sha256(), other.sha256())) {
                return Optional.empty();
            }
            files.add(new DataChunkFile(
                    file.name(),
                    file.url(),
                    file.sizeBytes() == null ? other.sizeBytes() : file.sizeBytes(),
                    file.sha256() == null ? other.sha256() : file.sha256()));
        }
        return Optional.of(new DataChunkSpec(
                older.id(), older.dataset(), older.blockRange(), files, older.nodeName(), older.nodeSelector()));
    }

    private static boolean contradict(@Nullable Object one, @Nullable Object other) {
        return one != null && other != null && !one.equals(other);
    }
}
