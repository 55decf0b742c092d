package io.datachunk.agent.world;

import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;

/** A DataChunk as a person writes it. */
public final class ManifestText {
    private ManifestText() {}

    /** Everything but the files, of which each follows as an item {@code "  - {name: …, url: …}"}. */
    public static String head(String name, ChunkId id, DatasetId dataset, long start, long end) {
        return """
                apiVersion: datachunk.io/v1alpha1
                kind: DataChunk
                metadata: {name: %s}
                spec:
                  id: "%s"
                  dataset: "%s"
                  blockRange: {start: %d, end: %d}
                  files:
                """.formatted(name, id, dataset, start, end);
    }
}
