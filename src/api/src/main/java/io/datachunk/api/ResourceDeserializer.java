package io.datachunk.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Decodes a resource in parts, so that a part that this version does not understand costs that part alone. */
abstract class ResourceDeserializer<R extends ApiResource<?, ?>> extends JsonDeserializer<R> {

    @Override
    public final R deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        JsonNode tree = context.readTree(parser);
        R resource = create();
        if (tree.path("apiVersion").isTextual()) {
            resource.setApiVersion(tree.get("apiVersion").textValue());
        }
        if (tree.get("metadata") instanceof ObjectNode whole) {
            whole.remove(
                    "managedFields"); // larger than all the rest, in thousands of cached objects, and nobody reads them
        }
        ObjectMeta metadata = part(tree, "metadata", ObjectMeta.class, context, resource);
        resource.setMetadata(metadata == null ? new ObjectMeta() : metadata);
        fill(resource, tree, context);
        return resource;
    }

    abstract R create();

    abstract void fill(R resource, JsonNode tree, DeserializationContext context) throws IOException;

    /** The field as a value; null if it is absent, or not understood, which {@link ApiResource#problem()} then says. */
    static <V> @Nullable V part(
            JsonNode tree, String field, Class<V> type, DeserializationContext context, ApiResource<?, ?> resource)
            throws IOException {
        try {
            return tree.hasNonNull(field) ? context.readTreeAsValue(tree.get(field), type) : null;
        } catch (JsonProcessingException e) {
            resource.cannotBeDecoded(DecodingProblem.describe(field, e));
            return null;
        }
    }
}
