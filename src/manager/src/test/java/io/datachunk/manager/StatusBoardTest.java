package io.datachunk.manager;

import static io.datachunk.manager.Samples.DATASET;
import static io.datachunk.manager.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.datachunk.manager.plan.Row;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.format.ChunkDirectory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class StatusBoardTest {
    private static final ChunkDirectory DIRECTORY = new ChunkDirectory(DATASET, new BlockRange(10, 20), id(1), 1);

    @Test
    void givesNoRowsBeforeThoseOfTheStartAreComplete() throws Exception {
        try (var told = Executors.newSingleThreadExecutor()) {
            StatusBoard board = new StatusBoard(new Progress(), new Listeners<>(told));
            FutureTask<List<ChunkStatus>> answer = new FutureTask<>(board::all);
            Thread asking = Thread.ofPlatform().daemon().start(answer);

            await().until(() -> asking.getState() == Thread.State.WAITING);
            board.show(id(1), row(ChunkStatus.State.READY), Instant.EPOCH);
            board.started();

            assertThat(answer.get()).extracting(ChunkStatus::id).containsExactly(id(1));
        }
    }

    @Test
    void tellsListenersOfNoRowOfTheStart() throws Exception {
        List<ChunkStatus.State> told = new ArrayList<>();
        try (var telling = Executors.newSingleThreadExecutor()) {
            Listeners<ChunkStatus> listeners = new Listeners<>(telling);
            StatusBoard board = new StatusBoard(new Progress(), listeners);
            try (AutoCloseable _ = listeners.add(row -> told.add(row.state()))) {
                board.show(id(1), row(ChunkStatus.State.READY), Instant.EPOCH);
                board.started();
                board.show(id(1), row(ChunkStatus.State.RETIRING), Instant.EPOCH);
                telling.submit(() -> {}).get();
            }
        }
        assertThat(told).containsExactly(ChunkStatus.State.RETIRING);
    }

    private static Optional<Row> row(ChunkStatus.State state) {
        return Optional.of(new Row(id(1), state, Reason.READY, "", DIRECTORY));
    }
}
