package io.datachunk.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.datachunk.agent.source.ClusterDeclarations.Reading;
import io.datachunk.api.ApiJson;
import io.datachunk.api.DataChunk;
import io.datachunk.manager.Reason;
import io.datachunk.reader.ChunkId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterDeclarationsTest {
    private static final ChunkId ONE = new ChunkId(0, 0, 0, 1);
    private static final String UNREADABLE = "{\"blockRange\": \"no longer a range\"}";

    private final ClusterDeclarations declarations = new ClusterDeclarations("node-a");

    /** An object as an API server gives it. */
    private static DataChunk object(String name, long generation, String spec) {
        try {
            return ApiJson.json().readValue("""
                    {"apiVersion": "datachunk.io/v1alpha1", "kind": "DataChunk",
                     "metadata": {"namespace": "lake", "name": "%1$s", "uid": "uid-%1$s", "generation": %2$d,
                                  "creationTimestamp": "2026-01-01T00:00:0%2$dZ"},
                     "spec": %3$s}
                    """.formatted(name, generation, spec), DataChunk.class);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static String spec(ChunkId id, String file, String more) {
        return """
                {"id": "%s", "dataset": "%064x", "blockRange": {"start": 0, "end": 10},
                 "files": [{"name": "%s", "url": "http://example.org/x"}] %s}
                """.formatted(id, 9, file, more);
    }

    private static String spec(String more) {
        return spec(ONE, "blocks", more);
    }

    private Reading read(DataChunk... unnamed) {
        return declarations.read(List.of(), List.of(unnamed), Map.of("disk", "fast"));
    }

    private static List<String> names(Reading reading) {
        return reading.state().chunks().stream().map(DeclaredChunk::name).toList();
    }

    @Test
    void wantsWhatNamesThisNodeWhatItsLabelsMatchAndWhatNamesNothing() {
        Reading reading = declarations.read(
                List.of(object("named", 1, spec(new ChunkId(0, 0, 0, 1), "a", ", \"nodeName\": \"node-a\""))),
                List.of(
                        object("everywhere", 1, spec(new ChunkId(0, 0, 0, 2), "a", "")),
                        object(
                                "fast",
                                1,
                                spec(new ChunkId(0, 0, 0, 3), "a", ", \"nodeSelector\": {\"disk\": \"fast\"}")),
                        object(
                                "slow",
                                1,
                                spec(new ChunkId(0, 0, 0, 4), "a", ", \"nodeSelector\": {\"disk\": \"slow\"}"))),
                Map.of("disk", "fast", "zone", "b"));

        assertThat(names(reading)).containsExactlyInAnyOrder("lake/named", "lake/everywhere", "lake/fast");
        assertThat(reading.state().complete()).isTrue();
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void saysWhichVersionOfWhichObjectItFollows() {
        assertThat(read(object("chunk", 4, spec(""))).state().chunks())
                .singleElement()
                .satisfies(chunk ->
                        assertThat(chunk.object()).contains(new ObjectVersion("lake", "chunk", "uid-chunk", 4)));
    }

    @Test
    void anObjectThatIsBeingDeletedIsNotWanted() {
        DataChunk going = object("chunk", 1, spec(""));
        going.getMetadata().setDeletionTimestamp("2026-01-02T00:00:00Z");

        assertThat(read(going).state().chunks()).isEmpty();
    }

    @Test
    void anObjectThatCannotBeDecodedAnyMoreGoesOnSayingWhatItSaid() {
        read(object("chunk", 1, spec("")));

        Reading reading = read(object("chunk", 2, UNREADABLE));

        assertThat(names(reading)).containsExactly("lake/chunk");
        assertThat(reading.state().complete()).isTrue();
        assertThat(reading.state().rejected())
                .singleElement()
                .satisfies(rejected -> assertThat(rejected.reason()).isEqualTo(Reason.INVALID_SPEC));
        assertThat(reading.problems()).singleElement().asString().contains("lake/chunk", "spec");
    }

    @Test
    void whatAnObjectMeansThatWasNeverDecodedIsNotKnownSoNothingUnknownMayGo() {
        Reading reading = read(object("chunk", 1, UNREADABLE), object("good", 1, spec("")));

        assertThat(names(reading)).containsExactly("lake/good");
        assertThat(reading.state().complete()).isFalse();
        assertThat(reading.state().rejected()).isEmpty();
        assertThat(reading.problems()).hasSize(1);
    }

    @Test
    void anObjectThatNamesThisNodeAndCannotBeDecodedIsReported() {
        Reading reading = declarations.read(List.of(object("chunk", 1, UNREADABLE)), List.of(), Map.of());

        assertThat(reading.state().rejected()).hasSize(1);
        assertThat(reading.state().complete()).isFalse();
    }

    @Test
    void keepsTheChunkOfAnObjectThatIsDecodedAndCannotBeFollowed() {
        Reading reading = read(object("chunk", 1, spec(ONE, "../escape", "")));

        assertThat(reading.state().kept()).containsExactly(ONE);
        assertThat(reading.state().complete()).isTrue();
        assertThat(reading.state().rejected()).hasSize(1);
    }

    @Test
    void anUnusableObjectForAnotherNodeIsNothingToThisOne() {
        Reading reading = read(object("chunk", 1, spec(ONE, "../escape", ", \"nodeSelector\": {\"disk\": \"slow\"}")));

        assertThat(reading.state()).isEqualTo(new DesiredState(List.of(), List.of(), true));
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void ofTwoObjectsWithOneIdTheOlderHoldsOnlyWhereBothWantTheNode() {
        DataChunk older = object("older", 1, spec(ONE, "a", ", \"nodeSelector\": {\"disk\": \"slow\"}"));
        DataChunk younger = object("younger", 2, spec(ONE, "b", ""));

        assertThat(names(declarations.read(List.of(), List.of(older, younger), Map.of("disk", "fast"))))
                .containsExactly("lake/younger");
        Reading both = declarations.read(List.of(), List.of(older, younger), Map.of("disk", "slow"));
        assertThat(names(both)).containsExactly("lake/older");
        assertThat(both.state().rejected()).singleElement().satisfies(lost -> {
            assertThat(lost.reason()).isEqualTo(Reason.CONFLICT);
            assertThat(lost.message()).contains("lake/older");
        });
    }

    @Test
    void anObjectMadeAnewUnderItsNameOwesNothingToTheOneBefore() {
        read(object("chunk", 1, spec("")));
        DataChunk anew = object("chunk", 1, UNREADABLE);
        anew.getMetadata().setUid("another");

        assertThat(read(anew).state().chunks()).isEmpty();
    }

    @Test
    void theSameObjectsInAnotherOrderAreTheSameState() {
        DataChunk one = object("one", 1, spec(new ChunkId(0, 0, 0, 1), "a", ""));
        DataChunk two = object("two", 1, spec(new ChunkId(0, 0, 0, 2), "a", ""));

        assertThat(read(one, two).state()).isEqualTo(read(two, one).state());
    }
}
