package io.datachunk.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the classes to {@code crds/*.yaml} and the files to the classes: a field that only one side has, or has otherwise, fails. */
class CrdDriftTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> OF_EVERY_OBJECT = Set.of("apiVersion", "kind", "metadata");

    @ParameterizedTest
    @ValueSource(classes = {DataChunk.class, NodeChunks.class, NodeChunkSlice.class})
    void classAndSchemaHaveTheSameFieldsOfTheSameTypes(Class<? extends ApiResource<?, ?>> kind) throws Exception {
        List<String> differences = new ArrayList<>();

        compare("", MAPPER.constructType(kind), crdOf(kind).schema(), differences);

        assertThat(differences).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(classes = {DataChunk.class, NodeChunks.class, NodeChunkSlice.class})
    void classAndSchemaHaveTheSameNames(Class<? extends ApiResource<?, ?>> kind) throws Exception {
        ApiResource<?, ?> sample = kind.getDeclaredConstructor().newInstance();
        CrdFile crd = crdOf(kind);

        assertThat(crd.tree().at("/metadata/name").asText()).isEqualTo(sample.getPlural() + "." + sample.getGroup());
        assertThat(crd.tree().at("/spec/group").asText()).isEqualTo(DataChunkApi.GROUP);
        assertThat(crd.tree().at("/spec/scope").asText()).isEqualTo(sample.getScope());
        assertThat(crd.version().at("/name").asText()).isEqualTo(DataChunkApi.VERSION);
        assertThat(crd.names().get("kind").asText()).isEqualTo(sample.getKind());
        assertThat(crd.names().get("singular").asText()).isEqualTo(sample.getSingular());
        assertThat(texts(crd.names().get("shortNames"))).containsExactly(ApiResource.getShortNames(kind));
        assertThat(texts(crd.names().get("categories"))).containsExactly(ApiResource.getCategories(kind));
    }

    @Test
    void statesAndReasonsAreThoseOfTheSchema() throws IOException {
        JsonNode entry = CrdFile.read("nodechunkslices").schema().at("/properties/entries/items/properties");

        assertThat(texts(entry.at("/state/enum")))
                .containsExactlyElementsOf(Arrays.stream(ChunkState.values())
                        .filter(state -> state != ChunkState.UNKNOWN)
                        .map(ChunkState::text)
                        .toList());
        assertThat(List.of(entry.at("/reason/description")
                        .asText()
                        .replace("Why: ", "")
                        .split("\\W+(or )?")))
                .containsExactlyElementsOf(Arrays.stream(ChunkReason.values())
                        .filter(reason -> reason != ChunkReason.NO_MATCHING_NODE && reason != ChunkReason.NODE_UNKNOWN)
                        .map(ChunkReason::text)
                        .toList());
    }

    @Test
    void boundsInTheCodeAreThoseOfTheSchema() throws IOException {
        JsonNode slice = CrdFile.read("nodechunkslices").schema().at("/properties/entries");
        JsonNode failures = CrdFile.read("datachunks").schema().at("/properties/status/properties/failures");

        assertThat(slice.get("maxItems").asInt()).isEqualTo(DataChunkApi.MAX_SLICE_ENTRIES);
        assertThat(slice.at("/items/properties/message/maxLength").asInt())
                .isEqualTo(DataChunkApi.MAX_MESSAGE_CHARACTERS);
        assertThat(failures.get("maxItems").asInt()).isEqualTo(DataChunkApi.MAX_FAILURES);
        assertThat(failures.at("/items/properties/message/maxLength").asInt())
                .isEqualTo(DataChunkApi.MAX_MESSAGE_CHARACTERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"datachunks", "nodechunks", "nodechunkslices"})
    void everyFieldIsDescribedAndBounded(String plural) throws IOException {
        List<String> gaps = new ArrayList<>();

        findGaps("", CrdFile.read(plural).schema(), gaps);

        assertThat(gaps).isEmpty();
    }

    private static CrdFile crdOf(Class<? extends ApiResource<?, ?>> kind) throws Exception {
        return CrdFile.read(kind.getDeclaredConstructor().newInstance().getPlural());
    }

    private static void compare(String path, JavaType type, JsonNode schema, List<String> differences) {
        String schemaType = schema.path("type").asText();
        if (!schemaType.equals(schemaTypeOf(type))) {
            differences.add(path + " is " + schemaType + " in the schema and " + type + " in Java");
        } else if (type.isCollectionLikeType()) {
            compare(path + "[]", type.getContentType(), schema.get("items"), differences);
        } else if (type.isMapLikeType()) {
            compare(path + "{}", type.getContentType(), schema.get("additionalProperties"), differences);
        } else if (schemaType.equals("object") && !type.hasRawClass(ObjectMeta.class)) {
            compareFields(path, type, schema, differences);
        } else if (schemaType.equals("integer")
                && !schema.path("format").asText().equals(formatOf(type))) {
            differences.add(path + " has format " + schema.path("format").asText() + " in the schema and is " + type
                    + " in Java");
        }
    }

    private static void compareFields(String path, JavaType type, JsonNode schema, List<String> differences) {
        Map<String, BeanPropertyDefinition> inJava =
                MAPPER.getSerializationConfig().introspect(type).findProperties().stream()
                        .filter(property -> property.couldSerialize()
                                && !property.getPrimaryType().hasRawClass(Void.class))
                        .collect(Collectors.toMap(BeanPropertyDefinition::getName, property -> property));
        Set<String> required = new HashSet<>(texts(schema.path("required")));
        schema.get("properties").properties().forEach(field -> {
            BeanPropertyDefinition property = inJava.remove(field.getKey());
            String fieldPath = path + "." + field.getKey();
            if (property == null) {
                differences.add(fieldPath + " is missing in Java");
            } else if (property.isRequired() && !required.contains(field.getKey())) {
                differences.add(fieldPath + " is required in Java alone");
            } else if (!(path.isEmpty() && OF_EVERY_OBJECT.contains(field.getKey()))) {
                compare(fieldPath, property.getPrimaryType(), field.getValue(), differences);
            }
        });
        inJava.keySet().forEach(name -> differences.add(path + "." + name + " is missing in the schema"));
    }

    private static String schemaTypeOf(JavaType type) {
        if (type.hasRawClass(String.class) || type.isEnumType()) {
            return "string";
        }
        if (type.hasRawClass(long.class) || type.hasRawClass(Long.class) || type.hasRawClass(int.class)) {
            return "integer";
        }
        return type.isCollectionLikeType() ? "array" : "object";
    }

    private static String formatOf(JavaType type) {
        return type.hasRawClass(int.class) ? "int32" : "int64";
    }

    private static void findGaps(String path, JsonNode schema, List<String> gaps) {
        boolean isMetadata = path.equals(".metadata"); // the server describes it and refuses that we do
        if (!schema.hasNonNull("description") && !isMetadata) {
            gaps.add(path + " has no description");
        }
        boolean bounded = switch (schema.path("type").asText()) {
            case "string" -> schema.has("maxLength") || schema.has("enum");
            case "array" -> schema.has("maxItems");
            // A maximum near 2^63 does not survive the server's floating point: there the format is the bound.
            case "integer" -> schema.has("minimum") && (schema.has("maximum") || path.contains(".blockRange."));
            case "object" -> isMetadata || schema.has("properties") || schema.has("maxProperties");
            default -> false;
        };
        if (!bounded) {
            gaps.add(path + " has no bound");
        }
        schema.path("properties")
                .properties()
                .forEach(field -> findGaps(path + "." + field.getKey(), field.getValue(), gaps));
        if (schema.has("items")) {
            findGaps(path + "[]", schema.get("items"), gaps);
        }
        if (schema.has("additionalProperties")) {
            findGaps(path + "{}", schema.get("additionalProperties"), gaps);
        }
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
