package io.datachunk.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of the chunks of one node, at most {@link DataChunkApi#MAX_SLICE_ENTRIES}. That node's agent alone writes it. It has neither spec nor status, as
 * an EndpointSlice has not: all of it is a report.
 */
@Group(DataChunkApi.GROUP)
@Version(DataChunkApi.VERSION)
@Kind("NodeChunkSlice")
@Plural("nodechunkslices")
@Singular("nodechunkslice")
@ShortNames("nchunkslice")
@Categories("datachunk")
@JsonDeserialize(using = NodeChunkSlice.Deserializer.class)
public final class NodeChunkSlice extends ApiResource<Void, Void> implements Namespaced {
    private static final long serialVersionUID = 1L;

    private @Nullable String nodeName;

    private transient List<ChunkEntry> entries = List.of();

    @Override
    @SuppressWarnings("NullAway") // there is none
    protected Void initSpec() {
        return null;
    }

    @Override
    @SuppressWarnings("NullAway")
    protected Void initStatus() {
        return null;
    }

    /** The node that reports; empty in one that could not be decoded. */
    public String getNodeName() {
        return nodeName == null ? "" : nodeName;
    }

    public void setNodeName(String nodeName) {
        this.nodeName = nodeName;
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public List<ChunkEntry> getEntries() {
        return entries;
    }

    public void setEntries(List<ChunkEntry> entries) {
        this.entries = List.copyOf(entries);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodeChunkSlice slice
                && super.equals(slice)
                && Objects.equals(nodeName, slice.nodeName)
                && entries.equals(slice.entries);
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), nodeName, entries);
    }

    /** The client's Jackson makes it. */
    static final class Deserializer extends ResourceDeserializer<NodeChunkSlice> {
        @Override
        NodeChunkSlice create() {
            return new NodeChunkSlice();
        }

        @Override
        void fill(NodeChunkSlice slice, JsonNode tree, DeserializationContext context) throws IOException {
            slice.setNodeName(tree.path("nodeName").asText());
            List<ChunkEntry> entries = new ArrayList<>();
            for (JsonNode entry : tree.path("entries")) {
                try {
                    entries.add(context.readTreeAsValue(entry, ChunkEntry.class));
                } catch (JsonProcessingException e) {
                    slice.cannotBeDecoded(DecodingProblem.describe("entries", e));
                }
            }
            slice.setEntries(entries);
        }
    }
}
