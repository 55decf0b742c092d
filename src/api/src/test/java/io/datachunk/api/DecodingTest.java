package io.datachunk.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.MappingIterator;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecodingTest {
    private static final String ID = "6f".repeat(32);
    private static final String DATASET = "9a".repeat(32);
    private static final String WHOLE = """
            apiVersion: datachunk.io/v1alpha1
            kind: DataChunk
            metadata: {name: eth-0, namespace: lake, generation: 3}
            spec:
              id: "%s"
              dataset: "%s"
              blockRange: {start: 0, end: 9223372036854775807}
              files:
              - {name: blocks.parquet, url: "https://example.org/b", sizeBytes: 104857600, sha256: "%s"}
              - {name: logs.parquet, url: "https://example.org/l"}
              nodeName: node-a
              nodeSelector: {disk: fast}
            """.formatted(ID.toUpperCase(java.util.Locale.ROOT), DATASET, "AB".repeat(32));

    @Test
    void readsEveryFieldOfAManifest() throws IOException {
        DataChunk chunk = ApiJson.yaml().readValue(WHOLE, DataChunk.class);

        assertThat(chunk.problem()).isEmpty();
        assertThat(chunk.key()).isEqualTo("lake/eth-0");
        assertThat(chunk.getSpec())
                .isEqualTo(new DataChunkSpec(
                        ID,
                        DATASET,
                        new DataChunkRange(0, Long.MAX_VALUE),
                        List.of(
                                new DataChunkFile(
                                        "blocks.parquet", "https://example.org/b", 104_857_600L, "ab".repeat(32)),
                                new DataChunkFile("logs.parquet", "https://example.org/l", null, null)),
                        "node-a",
                        Map.of("disk", "fast")));
    }

    @Test
    void readsSeveralDocumentsOfOneFile() throws IOException {
        try (MappingIterator<DataChunk> documents =
                ApiJson.yaml().readerFor(DataChunk.class).readValues(WHOLE + "---\n" + WHOLE)) {
            assertThat(documents.readAll()).hasSize(2);
        }
    }

    @Test
    void readsJsonAsTheClientDoesAndWritesItBack() {
        KubernetesSerialization client = new KubernetesSerialization();
        DataChunk chunk = client.unmarshal(WHOLE, DataChunk.class);

        DataChunk again = client.unmarshal(client.asJson(chunk), DataChunk.class);

        assertThat(again).isEqualTo(chunk);
        assertThat(client.asJson(chunk))
                .doesNotContain("problem")
                .doesNotContain("\"key\"")
                .doesNotContain("null");
    }

    @Test
    void letsFieldsPassThatANewerVersionHas() throws IOException {
        String newer = WHOLE.replace("  nodeName:", "  replicas: {count: 3}\n  nodeName:")
                .replace("blockRange: {", "blockRange: {step: 2, ")
                .replace("{name: blocks", "{mirrors: [a], name: blocks");

        DataChunk chunk = ApiJson.yaml().readValue(newer, DataChunk.class);

        assertThat(chunk.problem()).isEmpty();
        assertThat(chunk.getSpec().files()).hasSize(2);
    }

    @Test
    void keepsTheObjectOfASpecThatItCannotReadAndSaysWhere() throws IOException {
        DataChunk odd = ApiJson.yaml().readValue(WHOLE.replace("{start: 0", "{start: [0]"), DataChunk.class);
        DataChunk cut = ApiJson.yaml().readValue(WHOLE.replace("  dataset:", "  other:"), DataChunk.class);
        DataChunk bare = ApiJson.yaml().readValue("{metadata: {name: a}}", DataChunk.class);

        assertThat(odd.key()).isEqualTo("lake/eth-0");
        assertThat(odd.problem()).get().asString().contains("spec.blockRange.start");
        assertThat(cut.problem()).get().asString().contains("dataset");
        assertThat(bare.problem()).contains("spec is missing");
    }

    @Test
    void aStatusThatItCannotReadCostsNothingOfTheSpec() throws IOException {
        DataChunk chunk = ApiJson.yaml().readValue(WHOLE + "status: {conditions: [{type: Ready}]}\n", DataChunk.class);

        assertThat(chunk.problem()).isEmpty();
        assertThat(chunk.getSpec().id()).isEqualTo(ID);
        assertThat(chunk.getStatus()).isNull();
    }

    @Test
    void keepsNoManagedFields() throws IOException {
        String managed = WHOLE.replace("generation: 3}", "generation: 3, managedFields: [{manager: kubectl}]}");

        DataChunk chunk = ApiJson.yaml().readValue(managed, DataChunk.class);

        assertThat(chunk.problem()).isEmpty();
        assertThat(chunk.getMetadata().getGeneration()).isEqualTo(3);
        assertThat(chunk.getMetadata().getManagedFields()).isEmpty();
    }

    @Test
    void refusesAnIdThatYamlTookForANumber() throws IOException {
        String unquoted = WHOLE.replace("\"" + DATASET + "\"", "12".repeat(32));

        assertThat(ApiJson.yaml().readValue(unquoted, DataChunk.class).problem())
                .get()
                .asString()
                .contains("spec.dataset");
    }

    @Test
    void takesAnUnknownStateForUnknownAndKeepsAnUnknownReason() {
        NodeChunkSlice slice = new KubernetesSerialization().unmarshal("""
                        metadata: {name: node-a.0, namespace: datachunk}
                        nodeName: node-a
                        entries:
                        - {namespace: lake, name: a, generation: 1, state: Hovering, reason: TooHot, since: "2026-01-01T00:00:00Z"}
                        - {namespace: lake, name: b, generation: 1, state: Ready, reason: Ready, bytesDone: 5, bytesTotal: 5}
                        - [not, an, entry]
                        """, NodeChunkSlice.class);

        assertThat(slice.getEntries())
                .extracting(ChunkEntry::state)
                .containsExactly(ChunkState.UNKNOWN, ChunkState.READY);
        assertThat(slice.getEntries().getFirst().reason()).isEqualTo("TooHot");
        assertThat(slice.problem()).get().asString().contains("entries");
    }

    @Test
    void everyReasonIsFoundByItsText() {
        for (ChunkReason reason : ChunkReason.values()) {
            assertThat(ChunkReason.parse(reason.text())).contains(reason);
        }
        assertThat(ChunkReason.parse("TooHot")).isEmpty();
    }
}
