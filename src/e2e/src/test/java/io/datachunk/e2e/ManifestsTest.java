package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import io.datachunk.api.ApiJson;
import io.datachunk.api.DataChunk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything below {@code manifests/}, without a cluster. */
class ManifestsTest {
    private static final Path MANIFESTS = Cluster.ROOT.resolve("manifests");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(MANIFESTS)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyDocumentIsANamedObject(Path file) throws IOException {
        assertThat(file.getFileName().toString()).endsWith(".yaml");
        assertThat(Documents.of(file)).isNotEmpty().allSatisfy(document -> {
            assertThat(document.path("apiVersion").asText()).isNotEmpty();
            assertThat(document.path("kind").asText()).isNotEmpty();
            if (!document.path("apiVersion").asText().startsWith("kustomize.config.k8s.io/")) {
                assertThat(document.at("/metadata/name").asText()).isNotEmpty();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("files")
    void aKustomizationNamesWhatIsThereAndAllOfIt(Path file) throws IOException {
        JsonNode first = Documents.of(file).getFirst();
        if (!first.path("apiVersion").asText().startsWith("kustomize.config.k8s.io/")) {
            return;
        }
        List<String> named = new ArrayList<>();
        first.path("resources").forEach(resource -> named.add(resource.asText()));

        assertThat(named)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(file.resolveSibling(name)).exists());
        try (Stream<Path> siblings = Files.list(file.getParent())) {
            assertThat(siblings.filter(sibling -> !sibling.equals(file))
                            .map(sibling -> sibling.getFileName().toString()))
                    .allSatisfy(sibling -> assertThat(named).contains(sibling));
        }
    }

    @Test
    void samplesAreDataChunksThatWeRead() throws IOException {
        try (Stream<Path> samples = Files.list(MANIFESTS.resolve("samples"))) {
            assertThat(samples).hasSizeGreaterThanOrEqualTo(3).allSatisfy(file -> {
                try (MappingIterator<DataChunk> chunks =
                        ApiJson.yaml().readerFor(DataChunk.class).readValues(file.toFile())) {
                    assertThat(chunks.readAll())
                            .isNotEmpty()
                            .allSatisfy(chunk -> assertThat(chunk.problem()).isEmpty());
                }
            });
        }
    }

    @Test
    void noRoleHasAWildcardOrReadsSecretsOrPods() throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        for (Path file : files()) {
            Documents.of(file).forEach(document -> document.path("rules").forEach(rules::add));
        }

        assertThat(rules).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.toString()).doesNotContain("*").doesNotContain("secrets");
            assertThat(rule.path("resources").toString()).doesNotContain("pods");
            assertThat(rule.path("verbs").toString())
                    .doesNotContain("impersonate")
                    .doesNotContain("escalate");
        });
    }
}
