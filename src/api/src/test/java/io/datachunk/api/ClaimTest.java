package io.datachunk.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClaimTest {
    private static final String EARLY = "2026-01-01T00:00:00Z";
    private static final String LATE = "2026-01-02T00:00:00Z";

    @Test
    void theOlderObjectDecidesWhateverItsName() {
        Claim claim = claim(chunk("lake/a", LATE, 1, 10L, null), chunk("lake/z", EARLY, 2, 10L, null));

        assertThat(claim.winner().key()).isEqualTo("lake/z");
        assertThat(claim.conflicting()).extracting(ApiResource::key).containsExactly("lake/a");
        assertThat(claim.conflictMessage()).contains("lake/z");
    }

    @Test
    void ofTwoMadeInOneSecondNamespaceAndNameDecide() {
        Claim claim = claim(
                chunk("lake/b", EARLY, 1, null, null),
                chunk("lake/a", EARLY, 2, null, null),
                chunk("ice/z", EARLY, 3, null, null));

        assertThat(claim.winner().key()).isEqualTo("ice/z");
        assertThat(claim.conflicting()).extracting(ApiResource::key).containsExactly("lake/a", "lake/b");
    }

    @Test
    void equalContentAgreesAlsoFromOtherUrls() {
        Claim claim = claim(chunk("lake/a", EARLY, 1, 10L, "aa"), chunk("ice/a", LATE, 1, 10L, "aa"));

        assertThat(claim.agreeing()).hasSize(2);
        assertThat(claim.conflicting()).isEmpty();
        assertThat(claim.content().files().getFirst().url()).isEqualTo("http://lake/a");
    }

    @Test
    void whatOnlyOneKnowsIsKnownAndBindsTheNext() {
        Claim claim = claim(
                chunk("lake/a", EARLY, 1, null, null),
                chunk("lake/b", LATE, 1, 10L, null),
                chunk("lake/c", LATE, 1, 11L, null),
                chunk("lake/d", LATE, 1, null, "aa"));

        assertThat(claim.content().files()).containsExactly(new DataChunkFile("f", "http://lake/a", 10L, "aa"));
        assertThat(claim.conflicting()).extracting(ApiResource::key).containsExactly("lake/c");
    }

    @Test
    void otherIdsAreNobodysConcern() {
        DataChunk other = chunk("lake/b", LATE, 2, null, null);
        other.setSpec(new DataChunkSpec(
                "ff", "11", new DataChunkRange(0, 2), other.getSpec().files(), null, Map.of()));

        assertThat(Claim.resolve(List.of(chunk("lake/a", EARLY, 1, null, null), other)))
                .containsOnlyKeys("00", "ff");
    }

    private static Claim claim(DataChunk... chunks) {
        return Claim.resolve(List.of(chunks)).values().iterator().next();
    }

    private static DataChunk chunk(String key, String created, long end, @Nullable Long size, @Nullable String sha256) {
        DataChunk chunk = new DataChunk();
        chunk.setMetadata(new ObjectMetaBuilder()
                .withNamespace(key.substring(0, key.indexOf('/')))
                .withName(key.substring(key.indexOf('/') + 1))
                .withCreationTimestamp(created)
                .build());
        chunk.setSpec(new DataChunkSpec(
                "00",
                "11",
                new DataChunkRange(0, end),
                List.of(new DataChunkFile("f", "http://" + key, size, sha256)),
                null,
                Map.of()));
        return chunk;
    }
}
