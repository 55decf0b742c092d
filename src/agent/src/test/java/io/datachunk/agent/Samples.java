package io.datachunk.agent;

import io.datachunk.agent.world.ManifestText;
import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.ChunkStatus;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;

/** Values that tests of several packages are about. */
public final class Samples {
    public static final DatasetId DATASET = DatasetId.parse("9a".repeat(32));
    public static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private Samples() {}

    public static ChunkId id(int number) {
        return new ChunkId(0, 0, 0, number);
    }

    /** The chunk of that number: blocks {@code [1000 × number, 1000 × (number + 1))}. */
    public static ChunkSpec chunk(int number) {
        return ChunkSpec.of(
                id(number),
                DATASET,
                new BlockRange(number * 1_000L, (number + 1) * 1_000L),
                Map.of("blocks.parquet", "http://example.org/" + number));
    }

    public static ChunkStatus status(int number, State state, Reason reason) {
        return new ChunkStatus(id(number), state, reason, "", 5, OptionalLong.of(10), NOON);
    }

    /** A manifest of the chunk of that number, named {@code chunk-<number>}. */
    public static String manifest(int number) {
        return ManifestText.head("chunk-" + number, id(number), DATASET, number * 1_000L, (number + 1) * 1_000L)
                + "  - {name: blocks.parquet, url: \"http://example.org/" + number + "\"}\n";
    }
}
