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

/** A chunk that somebody declares, and the nodes that shall hold it. */
@Group(DataChunkApi.GROUP)
@Version(DataChunkApi.VERSION)
@Kind("DataChunk")
@Plural("datachunks")
@Singular("datachunk")
@ShortNames("dchunk")
@Categories("datachunk")
@JsonDeserialize(using = DataChunk.Deserializer.class)
public final class DataChunk extends ApiResource<DataChunkSpec, DataChunkStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;

    @Override
    @SuppressWarnings("NullAway") // a value without its fields cannot exist; the client's contract is null until set
    protected DataChunkSpec initSpec() {
        return null;
    }

    @Override
    @SuppressWarnings("NullAway")
    protected DataChunkStatus initStatus() {
        return null;
    }

    /** The client's Jackson makes it. */
    static final class Deserializer extends ResourceDeserializer<DataChunk> {
        @Override
        DataChunk create() {
            return new DataChunk();
        }

        @Override
        void fill(DataChunk chunk, JsonNode tree, DeserializationContext context) throws IOException {
            // A status that cannot be read is none: it says nothing about what is wanted, and the operator writes it
            // anew.
            DataChunkStatus status = part(tree, "status", DataChunkStatus.class, context, new DataChunk());
            if (status != null) {
                chunk.setStatus(status);
            }
            DataChunkSpec spec = part(tree, "spec", DataChunkSpec.class, context, chunk);
            if (spec != null) {
                chunk.setSpec(spec);
            } else if (chunk.problem().isEmpty()) {
                chunk.cannotBeDecoded("spec is missing");
            }
        }
    }
}
