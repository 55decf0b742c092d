package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart and its values, without a cluster. */
class ChartTest {
    @TempDir
    Path directory;

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
    void helmHasNothingAgainstIt() {
        assertThat(Chart.OURS.complaints()).isEmpty();
    }

    @Test
    void isEqualToThePlainManifests() throws IOException {
        Map<String, JsonNode> plain = Chart.byName(plainManifests());

        plain.remove("Namespace  datachunk"); // Helm makes no namespaces
        assertThat(Chart.byName(Chart.OURS.rendered("{}"))).containsExactlyInAnyOrderEntriesOf(plain);
    }

    @Test
    void theDefinitionsAreThoseOfTheRepository() throws IOException {
        assertThat(Helm.CHART.resolve("files/crds").toRealPath())
                .isEqualTo(Cluster.ROOT.resolve("crds").toRealPath());
    }

    @Test
    void aPackageHasEverything() throws IOException {
        Chart archive = Chart.OURS.packaged(directory);

        assertThat(archive.rendered("{}")).isEqualTo(Chart.OURS.rendered("{}"));
    }

    @Test
    void withoutTheDefinitionsItIsRefused() throws IOException {
        Chart copy = Chart.OURS.copied(directory);
        for (JsonNode definition : Chart.OURS.rendered("{}")) {
            String plural = definition.at("/spec/names/plural").asText();
            if (!plural.isEmpty()) {
                Files.delete(copy.path().resolve("files/crds/" + plural + ".yaml"));
            }
        }

        assertThatThrownBy(() -> copy.rendered("{}")).hasMessageContaining("helm package");
        assertThat(copy.rendered("{crds: {install: false}}")).isNotEmpty();
    }

    /** The second namespace begins the name of a volume as the state's own does. */
    @Test
    void everyNamespaceOfWorkersGetsVolumesOfItsOwn() throws IOException {
        List<JsonNode> objects = Chart.OURS.rendered(
                "{workerNamespaces: [datachunk, state, queries, queries], storage: {state: {path: /run/datachunk}}}");

        Map<String, JsonNode> byName = Chart.byName(objects);
        List<JsonNode> claims = objects.stream()
                .filter(object -> object.path("kind").asText().equals("PersistentVolumeClaim"))
                .toList();
        assertThat(claims)
                .extracting(claim -> claim.at("/metadata/namespace").asText())
                .containsExactlyInAnyOrder("datachunk", "datachunk", "queries", "queries", "state", "state");
        assertThat(claims).allSatisfy(claim -> {
            JsonNode volume = object(
                    byName, "PersistentVolume  " + claim.at("/spec/volumeName").asText());
            assertThat(volume.at("/spec/claimRef/namespace")).isEqualTo(claim.at("/metadata/namespace"));
            assertThat(volume.at("/spec/claimRef/name")).isEqualTo(claim.at("/metadata/name"));
            assertThat(volume.at("/spec/accessModes")).isEqualTo(claim.at("/spec/accessModes"));
            assertThat(volume.at("/spec/local/path").asText())
                    .isEqualTo(
                            claim.at("/metadata/name").asText().endsWith("-state")
                                    ? "/run/datachunk"
                                    : "/mnt/datachunk");
        });
    }

    @Test
    void aNumberOfBytesIsNeverWrittenWithAnExponent() throws IOException {
        List<JsonNode> objects =
                Chart.OURS.rendered("{agent: {reserve: 10737418240, maxBandwidth: 50000000, deleteGrace: 0}}");

        JsonNode agent = object(Chart.byName(objects), "DaemonSet datachunk datachunk-agent");
        assertThat(agent.at("/spec/template/spec/containers/0/args"))
                .extracting(JsonNode::asText)
                .contains("--reserve=10737418240", "--max-bandwidth=50000000", "--delete-grace=0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{}                                                             | kubectl label node NODE datachunk.io/volume=",
                "{}                                                             | there are none yet",
                "{workerNamespaces: [queries]}                                  | It is in: queries.",
                "{workerNamespaces: [queries], storage: {state: {path: /run/x}}} | Both are in: queries.",
                "{storage: {state: {path: /run/x}}}                             | d /run/x 0755 10100 10100",
                "{storage: {mode: hostPath}}                                    | install -d -o 10100 -g 10100 /mnt/datachunk",
                "{storage: {mode: hostPath}}                                    | pod-security.kubernetes.io/enforce=privileged",
                "{storage: {mode: existingClaim, existingClaim: disk}}          | the claim disk",
            })
    void theNotesSayWhatToDo(String values, String line) throws IOException {
        assertThat(Chart.OURS.notes(values)).contains(line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{storage: {mode: nfs}}                                        | /storage/mode",
                "{storage: {mode: existingClaim}}                              | name the claim in storage.existingClaim",
                "{storage: {existingClaim: disk}}                              | set storage.mode to existingClaim",
                "{storage: {path: data}}                                       | /storage/path",
                "{storage: {state: {path: /mnt/datachunk/state}}}              | neither in the other",
                "{storage: {mode: existingClaim, existingClaim: disk, state: {path: /run/x}}} | storage.state.existingClaim",
                "{storage: {mode: hostPath}, workerNamespaces: [queries]}      | leave workerNamespaces empty",
                "{agent: {nodeSelector: null}}                                 | agent.nodeSelector has to name the label",
                "{workerNamespaces: [Queries]}                                 | /workerNamespaces/0",
                "{fullnameOverride: My Chunks}                                 | /fullnameOverride",
                "{agent: {connections: 0}}                                     | /agent/connections",
                "{agent: {conections: 4}}                                      | conections",
                "{agent: {allowAddresses: [example.com]}}                      | /agent/allowAddresses/0",
                "{agent: {reserve: ten}}                                       | /agent/reserve",
                "{agent: {maxBandwidth: 50MB/s}}                               | /agent/maxBandwidth",
                "{agent: {deleteGrace: soon}}                                  | /agent/deleteGrace",
                "{agent: {deleteGrace: Please}}                                | /agent/deleteGrace",
                "{agent: {maxUnavailable: 0}}                                  | /agent/maxUnavailable",
                "{agent: {tolerations: [{opreator: Exists}]}}                  | opreator",
                "{agent: {resources: {limit: {memory: 1Gi}}}}                  | limit",
                "{operator: {image: {digest: 'sha256:12'}}}                    | /operator/image/digest",
                "{log: {level: loud}}                                          | /log/level",
            },
            quoteCharacter = '"')
    void aWrongValueIsRefusedByItsName(String values, String message) {
        assertThatThrownBy(() -> Chart.OURS.rendered(values)).hasMessageContaining(message);
    }

    private static JsonNode object(Map<String, JsonNode> byName, String name) {
        return Objects.requireNonNull(byName.get(name), name);
    }

    /** As kustomize puts them together. That it does is seen where they are applied. */
    private static List<JsonNode> plainManifests() throws IOException {
        List<JsonNode> objects = new ArrayList<>();
        for (String part : List.of("manifests/install", "crds")) {
            try (Stream<Path> files = Files.walk(Cluster.ROOT.resolve(part))) {
                files.filter(Files::isRegularFile).map(Documents::of).forEach(objects::addAll);
            }
        }
        JsonNode images = objects.stream()
                .filter(object -> object.has("images"))
                .findFirst()
                .orElseThrow()
                .path("images");
        objects.removeIf(object -> object.path("kind").asText().equals("Kustomization"));
        for (JsonNode object : objects) {
            for (JsonNode container : object.at("/spec/template/spec/containers")) {
                images.forEach(image -> {
                    if (image.path("name").equals(container.path("image"))) {
                        ((ObjectNode) container)
                                .put(
                                        "image",
                                        image.path("newName").asText() + ":"
                                                + image.path("newTag").asText());
                    }
                });
            }
        }
        return objects;
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
