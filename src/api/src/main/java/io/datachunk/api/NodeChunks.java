package io.datachunk.api;

import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.io.IOException;

/** The report of one node: its agent, its volume, and sums over its chunks. That node's agent alone writes it. */
@Group(DataChunkApi.GROUP)
@Version(DataChunkApi.VERSION)
@Kind("NodeChunks")
@Plural("nodechunks")
@Singular("nodechunks")
@ShortNames("nchunks")
@Categories("datachunk")
@JsonDeserialize(using = NodeChunks.Deserializer.class)
public final class NodeChunks extends ApiResource<NodeChunksSpec, NodeChunksStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;

    @Override
    @SuppressWarnings("NullAway") // a value without its fields cannot exist; the client's contract is null until set
    protected NodeChunksSpec initSpec() {
        return null;
    }

    @Override
    @SuppressWarnings("NullAway")
    protected NodeChunksStatus initStatus() {
        return null;
    }

    /** The client's Jackson makes it. */
    static final class Deserializer extends ResourceDeserializer<NodeChunks> {
        @Override
        NodeChunks create() {
            return new NodeChunks();
        }

        @Override
        void fill(NodeChunks report, JsonNode tree, DeserializationContext context) throws IOException {
            NodeChunksStatus status = part(tree, "status", NodeChunksStatus.class, context, report);
            if (status != null) {
                report.setStatus(status);
            }
            NodeChunksSpec spec = part(tree, "spec", NodeChunksSpec.class, context, report);
            if (spec != null) {
                report.setSpec(spec);
            } else if (report.problem().isEmpty()) {
                report.cannotBeDecoded("spec is missing");
            }
        }
    }
}
