package io.datachunk.agent.source;

import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkFile;
import io.datachunk.api.DataChunkSpec;
import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Digest;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Reason;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What one DataChunk object says to the engine of a node. Immutable. */
public sealed interface Declaration {

    /** {@code namespace/name}, or the name alone. */
    String name();

    /**
     * An object that can be followed.
     *
     * @param created as its metadata say; manifests in files mostly do not
     * @param object empty for a manifest in a file
     */
    record Usable(String name, Optional<Instant> created, ChunkSpec spec, Optional<ObjectVersion> object)
            implements Declaration {}

    /**
     * An object that cannot.
     *
     * @param id the chunk that it is about, as far as that can be told
     */
    record Unusable(String name, Optional<ChunkId> id, RejectedChunk why) implements Declaration {}

    /** Reads an object that has a name. */
    static Declaration of(DataChunk object) {
        String name = object.key();
        DataChunkSpec spec = object.getSpec();
        if (object.problem().isPresent() || spec == null) {
            return unusable(object, object.problem().orElse("spec is missing"));
        }
        try {
            return new Usable(name, created(object.getMetadata().getCreationTimestamp()), chunk(spec), version(object));
        } catch (IllegalArgumentException e) {
            return unusable(object, String.valueOf(e.getMessage()));
        }
    }

    private static ChunkSpec chunk(DataChunkSpec spec) {
        long start = spec.blockRange().start();
        long end = spec.blockRange().end();
        if (start < 0 || start >= end) {
            throw new IllegalArgumentException(
                    "blockRange needs 0 <= start < end, but is [" + start + ", " + end + ")");
        }
        return new ChunkSpec(
                ChunkId.parse(spec.id()),
                DatasetId.parse(spec.dataset()),
                new BlockRange(start, end),
                spec.files().stream().map(Declaration::file).toList());
    }

    private static FileSpec file(DataChunkFile file) {
        return new FileSpec(
                file.name(),
                FileSpec.parse(file.name(), file.url()),
                file.sizeBytes() == null ? OptionalLong.empty() : OptionalLong.of(file.sizeBytes()),
                Optional.ofNullable(file.sha256()).map(Digest::sha256));
    }

    private static Optional<ObjectVersion> version(DataChunk object) {
        ObjectMeta metadata = object.getMetadata();
        return metadata.getUid() == null || metadata.getGeneration() == null
                ? Optional.empty()
                : Optional.of(new ObjectVersion(
                        metadata.getNamespace(), metadata.getName(), metadata.getUid(), metadata.getGeneration()));
    }

    private static Unusable unusable(DataChunk object, String message) {
        String name = object.key();
        Optional<DataChunkSpec> declared = Optional.ofNullable(object.getSpec());
        return new Unusable(
                name,
                declared.flatMap(known -> attempt(() -> ChunkId.parse(known.id()))),
                new RejectedChunk(
                        name,
                        declared.map(DataChunkSpec::id),
                        declared.map(DataChunkSpec::dataset),
                        declared.flatMap(known -> attempt(() -> new BlockRange(
                                known.blockRange().start(), known.blockRange().end()))),
                        Reason.INVALID_SPEC,
                        message,
                        version(object)));
    }

    private static <T> Optional<T> attempt(java.util.function.Supplier<T> parse) {
        try {
            return Optional.of(parse.get());
        } catch (IllegalArgumentException unusable) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> created(@Nullable String timestamp) {
        if (timestamp == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(timestamp).toInstant());
        } catch (DateTimeException notATime) {
            return Optional.empty();
        }
    }
}
