package io.datachunk.operator;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkState;
import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkFile;
import io.datachunk.api.DataChunkRange;
import io.datachunk.api.DataChunkSpec;
import io.datachunk.api.NodeChunkSlice;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects for tests, all in the namespace {@code lake}. */
public final class Samples {
    public static final String NAMESPACE = "lake";

    private Samples() {}

    /** One that every node wants. */
    public static DataChunk chunk(String name) {
        return chunk(name, null, Map.of());
    }

    public static DataChunk chunk(String name, @Nullable String nodeName, Map<String, String> selector) {
        DataChunk chunk = new DataChunk();
        chunk.setMetadata(new ObjectMetaBuilder()
                .withNamespace(NAMESPACE)
                .withName(name)
                .withUid("uid-" + name)
                .withGeneration(1L)
                .withResourceVersion("1")
                .build());
        chunk.setSpec(new DataChunkSpec(
                "00",
                "11",
                new DataChunkRange(0, 1),
                List.of(new DataChunkFile("f", "http://h/f", null, null)),
                nodeName,
                selector));
        return chunk;
    }

    public static NodeChunkSlice slice(String node, int number, ChunkEntry... entries) {
        NodeChunkSlice slice = new NodeChunkSlice();
        slice.setMetadata(new ObjectMetaBuilder().withName(node + "." + number).build());
        slice.setNodeName(node);
        slice.setEntries(List.of(entries));
        return slice;
    }

    public static ChunkEntry entry(String name, ChunkState state) {
        return entry(name, state, state.text(), 9);
    }

    public static ChunkEntry entry(String name, ChunkState state, String reason, long bytes) {
        return new ChunkEntry(NAMESPACE, name, null, 1, state, reason, null, bytes, 9L, "2026-01-01T00:00:00Z");
    }
}
