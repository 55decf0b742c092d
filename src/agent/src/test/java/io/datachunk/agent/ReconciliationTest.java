package io.datachunk.agent;

import static io.datachunk.agent.Samples.chunk;
import static io.datachunk.agent.Samples.id;
import static io.datachunk.agent.Samples.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.agent.source.DeclaredChunk;
import io.datachunk.agent.source.DesiredState;
import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.ChunkStatus;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import io.datachunk.reader.ChunkId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReconciliationTest {
    private final AtomicLong nanoTime = new AtomicLong();
    private final Reconciliation reconciliation = new Reconciliation(
            new DeleteGuard(Duration.ofMinutes(5), nanoTime::get, InstantSource.system()),
            InstantSource.fixed(Samples.NOON));

    @Test
    void tellsTheWholeSetOnceAndAgainWhenItChanges() {
        assertThat(step(declared(0, 3), Set.of()).orders()).isEqualTo(new Orders.Whole(specs(0, 3)));
        assertThat(step(declared(0, 3), ids(0, 3)).orders()).isEqualTo(new Orders.Nothing());
        assertThat(step(declared(0, 2), ids(0, 3)).orders()).isEqualTo(new Orders.Whole(specs(0, 2)));
    }

    @Test
    void tellsAnEmptySetToo() {
        assertThat(step(declared(0, 0), Set.of()).orders()).isEqualTo(new Orders.Whole(List.of()));
    }

    @Test
    void keepsHeldChunksInTheSet() {
        step(declared(0, 100), ids(0, 100));

        Reconciliation.Result emptied = step(declared(0, 0), ids(0, 100));

        assertThat(emptied.intent().held()).hasSize(80);
        assertThat(emptied.orders())
                .isInstanceOfSatisfying(
                        Orders.Whole.class, whole -> assertThat(whole.chunks()).hasSize(80));
        assertThat(emptied.intent().declarations().get(id(99)))
                .containsExactly(new DeclaredChunk("chunk-99", chunk(99)));

        nanoTime.addAndGet(Duration.ofMinutes(5).toNanos());
        assertThat(step(declared(0, 0), ids(20, 100)).orders()).isEqualTo(new Orders.Whole(List.of()));
    }

    @Test
    void keepsHeldChunksThatItDoesNotKnowByLeavingThemAlone() {
        Orders orders = step(declared(0, 1), ids(0, 100)).orders();

        assertThat(orders).isInstanceOfSatisfying(Orders.Changes.class, changes -> {
            assertThat(changes.wanted()).containsExactly(chunk(0));
            assertThat(changes.unwanted()).hasSize(20).doesNotContain(id(0));
        });
        assertThat(step(declared(0, 1), ids(0, 100)).orders()).isEqualTo(new Orders.Nothing());
        assertThat(step(declared(0, 100), ids(0, 100)).orders()).isEqualTo(new Orders.Whole(specs(0, 100)));
    }

    @Test
    void deletesNothingUndeclaredWhileADeclarationMayBeUnreadable() {
        DesiredState unsure = new DesiredState(declared(0, 2).chunks(), List.of(), false);
        Orders first = step(unsure, ids(0, 5)).orders();
        assertThat(first).isEqualTo(new Orders.Changes(specs(0, 2), List.of()));

        DesiredState fewer = new DesiredState(declared(0, 1).chunks(), List.of(), false);
        assertThat(step(fewer, ids(0, 5)).orders())
                .as("what was declared before and is not now goes")
                .isEqualTo(new Orders.Changes(List.of(), List.of(id(1))));

        assertThat(step(declared(0, 1), ids(0, 5)).orders()).isEqualTo(new Orders.Whole(specs(0, 1)));
    }

    @Test
    void givesHeldChunksUpOneByOneForAWantedOneThatWaitsForSpace() {
        step(declared(0, 100), ids(0, 100));
        step(declared(100, 101), ids(0, 100));
        ChunkStatus waits = status(100, State.QUEUED, Reason.INSUFFICIENT_SPACE);

        assertThat(step(declared(100, 101), ids(20, 100), waits).intent().held())
                .hasSize(79);
        assertThat(step(declared(100, 101), ids(21, 100), waits, status(20, State.DELETING, Reason.DELETING))
                        .intent()
                        .held())
                .as("a delete under way may be enough")
                .hasSize(79);
        assertThat(step(
                                declared(100, 101),
                                ids(21, 100),
                                waits,
                                status(20, State.RETIRING, Reason.WAITING_FOR_REFERENCES))
                        .intent()
                        .held())
                .as("a reader may take for ever")
                .hasSize(78);
    }

    private Reconciliation.Result step(DesiredState state, Set<ChunkId> ready, ChunkStatus... others) {
        List<ChunkStatus> statuses = new ArrayList<>(List.of(others));
        ready.forEach(chunk -> statuses.add(status((int) chunk.fourth(), State.READY, Reason.READY)));
        return reconciliation.step(state, ready, statuses);
    }

    private static DesiredState declared(int from, int to) {
        return new DesiredState(
                IntStream.range(from, to)
                        .mapToObj(number -> new DeclaredChunk("chunk-" + number, chunk(number)))
                        .toList(),
                List.of(),
                true);
    }

    private static List<ChunkSpec> specs(int from, int to) {
        return IntStream.range(from, to).mapToObj(Samples::chunk).toList();
    }

    private static Set<ChunkId> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(Samples::id).collect(LinkedHashSet::new, Set::add, Set::addAll);
    }
}
