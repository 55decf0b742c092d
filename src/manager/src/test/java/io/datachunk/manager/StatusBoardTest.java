package io.datachunk.manager;

import static io.datachunk.manager.Samples.DATASET;
import static io.datachunk.manager.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.datachunk.manager.plan.Row;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.format.ChunkDirectory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class StatusBoardTest {
    private static final ChunkDirectory DIRECTORY = new ChunkDirectory(DATASET, new BlockRange(10, 20), id(1), 1);
    private static final Optional<Row> READY =
            Optional.of(new Row(id(1), ChunkStatus.State.READY, Reason.READY, "", DIRECTORY));

    @Test
    void tellsNoRowsBeforeThoseOfTheStartAreComplete() throws Exception {
        try (var told = Executors.newSingleThreadExecutor()) {
            StatusBoard board = new StatusBoard(new Progress(), new Listeners<>(told));
            FutureTask<List<ChunkStatus>> answer = new FutureTask<>(board::all);
            Thread asking = Thread.ofPlatform().daemon().start(answer);

            await().until(() -> asking.getState() == Thread.State.WAITING);
            board.show(id(1), READY, Instant.EPOCH);
            board.begin();

            assertThat(answer.get()).extracting(ChunkStatus::id).containsExactly(id(1));
        }
    }
}
