package io.datachunk.operator.chunk;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;

/** Takes statuses as the API server would, or is away. What it holds reaches a chunk when the watch is told to. Owned by the thread of the test. */
final class FakeServer implements StatusWriter {
    private static final ObjectMapper JSON = new ObjectMapper();

    final List<DataChunkStatus> written = new ArrayList<>();
    boolean away;
    private long version = 100;

    @Override
    public String write(DataChunk chunk, String patch) {
        if (away) {
            throw new KubernetesClientException("connection refused");
        }
        try {
            JsonNode tree = JSON.readTree(patch);
            if (!tree.at("/metadata/uid").asText().equals(chunk.getMetadata().getUid())) {
                throw new AssertionError("the patch could hit an object made anew: " + patch);
            }
            written.add(JSON.treeToValue(tree.get("status"), DataChunkStatus.class));
        } catch (JsonProcessingException e) {
            throw new AssertionError(patch, e);
        }
        return Long.toString(++version);
    }

    DataChunkStatus last() {
        return written.getLast();
    }

    /** The watch catches up with our last write. */
    void deliverTo(DataChunk chunk) {
        chunk.getMetadata().setResourceVersion(Long.toString(version));
        chunk.setStatus(last());
    }

    /** Somebody else writes, and the watch tells. */
    void overwrite(DataChunk chunk, DataChunkStatus status) {
        chunk.getMetadata().setResourceVersion(Long.toString(++version));
        chunk.setStatus(status);
    }
}
