package io.datachunk.agent.source;

import static io.datachunk.agent.Samples.DATASET;
import static io.datachunk.agent.Samples.NOON;
import static io.datachunk.agent.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.agent.source.Declaration.Usable;
import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Digest;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Reason;
import io.datachunk.reader.BlockRange;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConflictRuleTest {
    private static final FileSpec PLAIN = FileSpec.of("a", "http://one.example.org/a");
    private static final FileSpec SIZED = sized(5);

    @Test
    void makesOneChunkOfEqualContents() {
        ConflictRule.Outcome outcome =
                ConflictRule.judge(List.of(usable("y", NOON, PLAIN), usable("x", NOON.plusSeconds(1), mirrored())));

        assertThat(outcome.rejected()).isEmpty();
        assertThat(outcome.chunks()).extracting(DeclaredChunk::name).containsExactly("y", "x");
        assertThat(outcome.chunks()).extracting(chunk -> chunk.spec().files()).containsOnly(List.of(PLAIN));
    }

    @Test
    void letsTheOlderWinAndNamesIt() {
        ConflictRule.Outcome outcome =
                ConflictRule.judge(List.of(usable("a", NOON.plusSeconds(1), SIZED), usable("b", NOON, sized(6))));

        assertThat(outcome.chunks()).extracting(DeclaredChunk::name).containsExactly("b");
        assertThat(outcome.rejected()).singleElement().satisfies(lost -> {
            assertThat(lost.name()).isEqualTo("a");
            assertThat(lost.reason()).isEqualTo(Reason.CONFLICT);
            assertThat(lost.message()).startsWith("b declares the same id");
            assertThat(lost.id()).contains(id(1).toString());
        });
    }

    @Test
    void takesTheNameWhereTimesAreEqualOrUnknown() {
        assertThat(winner(usable("lake/b", NOON, SIZED), usable("lake/a", NOON, sized(6))))
                .isEqualTo("lake/a");
        assertThat(winner(usable("b", null, SIZED), usable("a", null, sized(6))))
                .isEqualTo("a");
        assertThat(winner(usable("b", NOON, SIZED), usable("a", null, sized(6))))
                .isEqualTo("b");
    }

    @Test
    void checksWhatAnyOfTheEqualOnesDeclares() {
        ConflictRule.Outcome outcome = ConflictRule.judge(List.of(
                usable("a", NOON, PLAIN),
                usable("b", NOON, SIZED),
                usable("c", NOON, digested()),
                usable("d", NOON, sized(6))));

        FileSpec merged =
                new FileSpec("a", PLAIN.url(), OptionalLong.of(5), digested().digest());
        assertThat(outcome.chunks()).extracting(chunk -> chunk.spec().files()).containsOnly(List.of(merged));
        assertThat(outcome.rejected()).extracting(RejectedChunk::name).containsExactly("d");
    }

    @Test
    void takesAnotherRangeOrOtherNamesForOtherContent() {
        Usable range = new Usable(
                "b",
                Optional.of(NOON),
                new ChunkSpec(id(1), DATASET, new BlockRange(0, 5), List.of(PLAIN)),
                Optional.empty());
        Usable name = usable("c", NOON, FileSpec.of("z", "http://one.example.org/a"));

        assertThat(ConflictRule.judge(List.of(usable("a", NOON, PLAIN), range, name))
                        .rejected())
                .extracting(RejectedChunk::name)
                .containsExactly("b", "c");
    }

    private static String winner(Usable... rivals) {
        List<DeclaredChunk> chunks = ConflictRule.judge(List.of(rivals)).chunks();
        assertThat(chunks).hasSize(1);
        return chunks.getFirst().name();
    }

    private static Usable usable(String name, @org.jspecify.annotations.Nullable Instant created, FileSpec file) {
        return new Usable(
                name,
                Optional.ofNullable(created),
                new ChunkSpec(id(1), DATASET, new BlockRange(0, 1_000), List.of(file)),
                Optional.empty());
    }

    private static FileSpec sized(long bytes) {
        return new FileSpec("a", PLAIN.url(), OptionalLong.of(bytes), Optional.empty());
    }

    private static FileSpec digested() {
        return new FileSpec("a", PLAIN.url(), OptionalLong.empty(), Optional.of(Digest.sha256("ab".repeat(32))));
    }

    private static FileSpec mirrored() {
        return new FileSpec("a", URI.create("https://two.example.org/b"), OptionalLong.empty(), Optional.empty());
    }
}
