package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The chart's values, without helm. */
class ChartTest {
    @Test
    void theReadmeListsEveryValueWithItsDefaultAndMeaning() throws IOException {
        JsonNode schema = new ObjectMapper()
                .readTree(Helm.CHART.resolve("values.schema.json").toFile());
        JsonNode values = Documents.of(Helm.CHART.resolve("values.yaml")).getFirst();
        List<String> rows = new ArrayList<>();

        describe("", schema, values, rows);

        assertThat(Files.readString(Helm.CHART.resolve("README.md"))
                        .lines()
                        .dropWhile(line -> !line.equals("## Values"))
                        .filter(line -> line.startsWith("| `")))
                .containsExactlyElementsOf(rows);
    }

    @Test
    void theDefinitionsAreThoseOfTheRepository() throws IOException {
        assertThat(Helm.CHART.resolve("files/crds").toRealPath())
                .isEqualTo(Cluster.ROOT.resolve("crds").toRealPath());
    }

    /** A row for each value; the schema describes exactly what the file has. */
    private static void describe(String parent, JsonNode schema, JsonNode values, List<String> rows) {
        List<String> described = new ArrayList<>();
        schema.path("properties").properties().forEach(property -> {
            JsonNode value = values.get(property.getKey());
            if (property.getKey().equals("global")) {
                return; // Helm adds it
            }
            described.add(property.getKey());
            if (property.getValue().has("properties")) {
                describe(parent + property.getKey() + ".", property.getValue(), value, rows);
            } else {
                String meaning = property.getValue().path("description").asText();
                assertThat(meaning).as(parent + property.getKey()).isNotBlank();
                rows.add("| `%s` | `%s` | %s |".formatted(parent + property.getKey(), spelled(value), meaning));
            }
        });
        assertThat(schema.path("additionalProperties").asBoolean(true))
                .as(parent)
                .isFalse();
        assertThat(values.fieldNames()).toIterable().as(parent).containsExactlyInAnyOrderElementsOf(described);
    }

    private static String spelled(JsonNode value) {
        return value.toString().replace("\":", "\": ").replace(",", ", ");
    }
}
