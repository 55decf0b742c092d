package io.datachunk.agent;

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
        return """
                apiVersion: datachunk.io/v1alpha1
                kind: DataChunk
                metadata: {name: chunk-%1$d}
                spec:
                  id: "%2$s"
                  dataset: "%3$s"
                  blockRange: {start: %4$d, end: %5$d}
                  files:
                  - {name: blocks.parquet, url: "http://example.org/%1$d"}
                """.formatted(number, id(number), DATASET, number * 1_000L, (number + 1) * 1_000L);
    }
}
