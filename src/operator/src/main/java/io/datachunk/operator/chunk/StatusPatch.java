package io.datachunk.operator.chunk;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkStatus;
import java.util.List;

/** The merge patch that puts a status in the place of whatever is stored, for that very object and not for another one made under its name. */
final class StatusPatch {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> FIELDS =
            List.of("observedGeneration", "nodes", "ready", "sizeBytes", "size", "failures", "conditions");

    private StatusPatch() {}

    static String of(DataChunk chunk, DataChunkStatus status) {
        ObjectNode fields = JSON.valueToTree(status);
        for (String field : FIELDS) {
            if (!fields.has(field)) {
                fields.putNull(field); // a merge patch removes what is null, and leaves what is absent
            }
        }
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata").put("uid", chunk.getMetadata().getUid());
        patch.set("status", fields);
        return patch.toString();
    }
}
