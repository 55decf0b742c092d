package io.datachunk.agent.source;

import static io.datachunk.agent.Samples.chunk;
import static io.datachunk.agent.Samples.id;
import static io.datachunk.agent.Samples.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.agent.source.Declaration.Unusable;
import io.datachunk.agent.source.Declaration.Usable;
import io.datachunk.agent.source.ManifestFile.Broken;
import io.datachunk.agent.source.ManifestFile.Located;
import io.datachunk.manager.Reason;
import io.datachunk.reader.BlockRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
    private final ManifestReader reader = new ManifestReader(spec -> spec.nodeName() == null);

    @Test
    void readsSeveralDocumentsOfAFile() {
        ManifestFile file = read(
                "# chunks\n---\n" + manifest(1) + "---\n\n---\n" + manifest(2) + "...\n--- # last\n" + manifest(3));

        assertThat(file.declarations()).extracting(Located::name).containsExactly("chunk-1", "chunk-2", "chunk-3");
        assertThat(file.declarations().getLast().declaration())
                .isInstanceOfSatisfying(
                        Usable.class, usable -> assertThat(usable.spec()).isEqualTo(chunk(3)));
        assertThat(file.broken()).isEmpty();
        assertThat(file.notes()).isEmpty();
    }

    @Test
    void goesOnAfterADocumentThatIsNotYaml() {
        ManifestFile file = read(manifest(1) + "---\nspec: {id: \"x\nkind: [\n---\n" + manifest(2));

        assertThat(file.declarations()).extracting(Located::name).containsExactly("chunk-1", "chunk-2");
        assertThat(file.broken())
                .singleElement()
                .extracting(Broken::message)
                .asString()
                .startsWith("chunks.yaml line 1");
    }

    @Test
    void readsJsonAndListsOfObjects() {
        String object = """
                {"apiVersion": "datachunk.io/v1alpha1", "kind": "DataChunk", "metadata": {"name": "j"},
                \t"spec": {"id": "%s", "dataset": "%s", "blockRange": {"start": 0, "end": 9223372036854775807},
                "files": [{"name": "a", "url": "http://example.org/a", "sizeBytes": 5, "sha256": "%s"}]}}
                """.formatted(id(1), id(2), "AB".repeat(32));

        assertThat(reader.read("one.json", object + object.replace("\"j\"", "\"k\""))
                        .declarations())
                .extracting(Located::name)
                .containsExactly("j", "k");
        assertThat(reader.read("list.json", "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [" + object + "]}")
                        .declarations())
                .singleElement()
                .extracting(Located::declaration)
                .isInstanceOfSatisfying(
                        Usable.class,
                        usable -> assertThat(usable.spec().range()).isEqualTo(new BlockRange(0, Long.MAX_VALUE)));
        assertThat(reader.read("cut.json", object + "{\"kind\"").broken()).hasSize(1);
    }

    @Test
    void followsAnchors() {
        ManifestFile file = read(manifest(1)
                .replace("metadata: {name: chunk-1}", "metadata: {name: a, labels: &l {x: \"1\"}, annotations: *l}"));

        assertThat(file.declarations()).extracting(Located::name).containsExactly("a");
    }

    @Test
    void refusesAnchorsThatBlowUp() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int level = 1; level < 12; level++) {
            bomb.append("a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d]%n"
                    .formatted(level, level, level - 1, level - 1, level - 1, level - 1, level - 1, level - 1));
        }

        assertThat(read(bomb.toString()).broken()).hasSize(1);
    }

    @Test
    void refusesDeepNestingAndRecursion() {
        assertThat(read("a: " + "[".repeat(100_000)).broken()).hasSize(1);
        assertThat(read("a: " + "[".repeat(200) + "]".repeat(200)).broken()).hasSize(1);
        assertThat(read("a: &a [*a]").broken()).hasSize(1);
    }

    @Test
    void refusesADocumentThatIsTooLarge() {
        ManifestFile file = read(manifest(1) + "---\nx: " + "y".repeat(ManifestReader.MAX_DOCUMENT_CHARACTERS));

        assertThat(file.broken())
                .singleElement()
                .extracting(Broken::message)
                .asString()
                .contains("split");
        assertThat(file.declarations()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kind: ConfigMap | a ConfigMap",
                "kind: DataChunk | a DataChunk without apiVersion",
                "{kind: DataChunk, apiVersion: datachunk.io/v9} | a DataChunk of datachunk.io/v9",
                "hello | without a kind",
                "{kind: DataChunk, apiVersion: datachunk.io/v1alpha1} | no metadata.name",
                "{kind: DataChunk, apiVersion: datachunk.io/v1alpha1, metadata: [x]} | no metadata.name"
            })
    void saysWhatIsNotUsed(String document, String problem) {
        ManifestFile file = read(document);

        assertThat(file.notes()).singleElement().asString().contains(problem).startsWith("chunks.yaml line 1");
        assertThat(file.broken()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"%id%\" | 1234 | spec.id",
                "\"%id%\" | \"12\" | chunk id",
                "end: 2000 | end: 1000 | start < end",
                "start: 1000 | start: -1 | 0 <= start",
                "start: 1000 | start: \"0\" | spec.blockRange.start",
                "http:// | ftp:// | http://",
                "blocks.parquet | ../x | file name",
                "files: | nofiles: | spec.files is missing",
                "spec: | nospec: | spec is missing",
                "url: | sizeBytes: -1, url: | size of file",
                "url: | sha256: abc, url: | sha256"
            })
    void makesAnUnusableObjectOfASpecThatCannotBeUsed(String from, String to, String problem) {
        ManifestFile file = read(manifest(1).replace(from.replace("%id%", id(1).toString()), to));

        assertThat(file.declarations())
                .singleElement()
                .extracting(Located::declaration)
                .isInstanceOfSatisfying(Unusable.class, unusable -> {
                    assertThat(unusable.why().reason()).isEqualTo(Reason.INVALID_SPEC);
                    assertThat(unusable.why().message()).contains(problem);
                    assertThat(unusable.name()).isEqualTo("chunk-1");
                });
        assertThat(file.notes()).singleElement().asString().contains("chunk-1 cannot be used");
    }

    @Test
    void letsObjectsForOtherNodesAlone() {
        ManifestFile file = read(manifest(1).replace("spec:", "spec:\n  nodeName: other") + "---\n" + manifest(2));

        assertThat(file.declarations()).extracting(Located::name).containsExactly("chunk-2");
        assertThat(file.elsewhere()).isEqualTo(1);
        assertThat(file.notes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\n\n", "# nothing\n", "---\n---\n", "--- # x\n...\n", "\uFEFF# bom\n", "%YAML 1.2\n---\n"})
    void findsNothingInFilesOfNothing(String text) {
        assertThat(read(text)).isEqualTo(ManifestFile.EMPTY);
    }

    private ManifestFile read(String text) {
        return reader.read("chunks.yaml", text);
    }
}
