package io.datachunk.manager.state;

import static io.datachunk.manager.state.Fixtures.QUICK;
import static io.datachunk.manager.state.Fixtures.VOLUME;
import static io.datachunk.manager.state.Fixtures.chunk;
import static io.datachunk.manager.state.Fixtures.dataset;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetIndex;
import io.datachunk.reader.Indexes;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Finds on some threads while the index changes all the time: a covered block is always found, and never deleted. */
@SuppressWarnings("try")
class ReplacementTest {
    private static final int READERS = 3;

    @TempDir
    private Path data;

    /** Directories whose deletion has begun. */
    private final Set<ChunkDirectory> deleted = ConcurrentHashMap.newKeySet();

    private final CountDownLatch finding = new CountDownLatch(READERS);
    private final AtomicBoolean stop = new AtomicBoolean();

    private ChunkIndex open(boolean counting) throws IOException {
        Path state = data.resolve("state");
        return counting ? Indexes.counting(data, state) : Indexes.pinning(data, state);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void findsABlockWhileOneChunkReplacesAnother(boolean counting) throws Exception {
        try (PublishedIndex published = PublishedIndex.open(data.resolve("state"), VOLUME, 0, QUICK)) {
            published.change(List.of(), List.of());
            ChunkDirectory serving = chunk(0, 100, 200);
            published.change(List.of(serving), List.of());
            try (ChunkIndex index = open(counting)) {
                List<Future<Long>> finds = startFinding(index);
                for (int i = 1; i <= 3_000; i++) {
                    ChunkDirectory next = i % 3 == 0 ? chunk(i, 100, 200) : chunk(i, 50 + i % 40, 250 - i % 30);
                    published.change(List.of(next), List.of(serving));
                    serving = next;
                    delete(published);
                }
                assertFound(finds);
            }
            delete(published);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void findsABlockWhileTheIndexGrows(boolean counting) throws Exception {
        try (PublishedIndex published = PublishedIndex.open(data.resolve("state"), VOLUME, 0, QUICK)) {
            published.change(List.of(), List.of());
            published.change(List.of(chunk(0, 100, 200)), List.of());
            try (ChunkIndex index = open(counting)) {
                List<Future<Long>> finds = startFinding(index);
                for (int size = 500; size <= 16_000; size += 500) {
                    List<ChunkDirectory> more = new ArrayList<>();
                    for (int i = size - 500; i < size; i++) {
                        more.add(chunk(1 + i % 20, 1_000 + i, 200 + i, 201 + i));
                    }
                    published.change(more, List.of());
                }
                assertFound(finds);
                assertThat(index.list()).hasSize(16_001);
            }
        }
    }

    private List<Future<Long>> startFinding(ChunkIndex index) {
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<Long>> finds = new ArrayList<>();
        DatasetIndex handle = index.dataset(dataset(1));
        for (int i = 0; i < READERS; i++) {
            boolean byHandle = i % 2 == 0;
            Callable<Optional<ChunkRef>> find = () -> byHandle ? handle.find(150) : index.find(dataset(1), 150);
            finds.add(threads.submit(() -> keepFinding(find)));
        }
        threads.shutdown();
        return finds;
    }

    /** How often it was found. */
    private long keepFinding(Callable<Optional<ChunkRef>> find) throws Exception {
        long found = 0;
        while (!stop.get()) {
            try (ChunkRef held = find.call().orElseThrow(() -> new AssertionError("not found"));
                    ChunkRef copy = found % 3 == 0 ? held.copy() : held) {
                ChunkDirectory directory = new ChunkDirectory(held.dataset(), held.range(), copy.id(), 1);
                assertThat(directory.range().contains(150)).isTrue();
                assertThat(deleted).doesNotContain(directory);
                Thread.onSpinWait();
                assertThat(deleted).doesNotContain(directory);
            }
            if (found++ == 0) {
                finding.countDown();
            }
        }
        return found;
    }

    private void assertFound(List<Future<Long>> finds) throws Exception {
        boolean everybodyFound = finding.await(60, TimeUnit.SECONDS);
        stop.set(true);
        assertThat(everybodyFound).isTrue();
        for (Future<Long> find : finds) {
            assertThat(find.get()).isPositive();
        }
    }

    private void delete(PublishedIndex published) {
        for (ChunkDirectory drained : published.drained()) {
            deleted.add(drained);
            published.deleted(drained);
        }
    }
}
