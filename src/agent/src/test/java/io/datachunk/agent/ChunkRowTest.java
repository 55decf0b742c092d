package io.datachunk.agent;

import static io.datachunk.agent.Samples.NOON;
import static io.datachunk.agent.Samples.chunk;
import static io.datachunk.agent.Samples.id;
import static io.datachunk.agent.Samples.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.agent.source.DeclaredChunk;
import io.datachunk.agent.source.DesiredState;
import io.datachunk.agent.source.RejectedChunk;
import io.datachunk.manager.ChunkStatus;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Holder;
import io.datachunk.manager.Reason;
import io.datachunk.reader.ChunkId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChunkRowTest {
    private static final Instant EARLIER = NOON.minusSeconds(60);

    @Test
    void hasARowForEveryDeclaredObjectAlsoForTwoOfOneChunk() {
        Intent intent =
                intent(List.of(declared("b", 1), declared("a", 1), declared("c", 2)), List.of(), Map.of(), Map.of());

        List<ChunkRow> rows = rows(intent, status(1, State.DOWNLOADING, Reason.DOWNLOADING));

        assertThat(rows)
                .extracting(row -> row.name().orElseThrow() + " " + row.state())
                .containsExactly("a DOWNLOADING", "b DOWNLOADING", "c QUEUED");
        assertThat(rows.getLast().since()).as("not known to the engine yet").isEqualTo(NOON);
    }

    @Test
    void saysWhyADeclarationIsNotFollowed() {
        RejectedChunk invalid = new RejectedChunk(
                "odd",
                Optional.of("xyz"),
                Optional.empty(),
                Optional.empty(),
                Reason.INVALID_SPEC,
                "no id",
                Optional.empty());
        Intent intent = intent(List.of(declared("odd", 1)), List.of(invalid), Map.of(), Map.of());

        List<ChunkRow> rows = rows(intent, status(1, State.READY, Reason.READY));

        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.state()).isEqualTo(State.FAILED);
            assertThat(row.reason()).isEqualTo(Reason.INVALID_SPEC);
            assertThat(row.id()).contains("xyz");
            assertThat(row.message()).isEqualTo("no id");
            assertThat(row.since()).isEqualTo(EARLIER);
        });
    }

    @Test
    void showsHeldChunksAsReadyAndHeld() {
        Intent intent =
                intent(List.of(), List.of(), Map.of(id(1), EARLIER), Map.of(id(1), List.of(declared("gone", 1))));

        assertThat(rows(intent, status(1, State.READY, Reason.READY)))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.name()).contains("gone");
                    assertThat(row.state()).isEqualTo(State.READY);
                    assertThat(row.reason()).isEqualTo(Reason.DELETES_HELD);
                    assertThat(row.since()).isEqualTo(EARLIER);
                });
    }

    @Test
    void showsChunksThatNobodyDeclaredSinceTheStart() {
        Intent intent = intent(List.of(), List.of(), Map.of(), Map.of());

        assertThat(rows(intent, status(1, State.RETIRING, Reason.WAITING_FOR_REFERENCES)))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.name()).isEmpty();
                    assertThat(row.id()).contains(id(1).toString());
                    assertThat(row.holders()).hasSize(1);
                });
    }

    private static List<ChunkRow> rows(Intent intent, ChunkStatus... statuses) {
        Map<ChunkId, List<Holder>> holders = Map.of(id(1), List.of(new Holder.Pinned()));
        return ChunkRow.of(intent, List.of(statuses), holders, NOON);
    }

    private static Intent intent(
            List<DeclaredChunk> chunks,
            List<RejectedChunk> rejected,
            Map<ChunkId, Instant> held,
            Map<ChunkId, List<DeclaredChunk>> declarations) {
        Map<RejectedChunk, Instant> since = rejected.isEmpty() ? Map.of() : Map.of(rejected.getFirst(), EARLIER);
        return new Intent(new DesiredState(chunks, rejected, true), held, since, declarations);
    }

    private static DeclaredChunk declared(String name, int number) {
        return new DeclaredChunk(name, chunk(number));
    }
}
