package io.datachunk.manager.state;

import static io.datachunk.manager.state.Fixtures.QUICK;
import static io.datachunk.manager.state.Fixtures.VOLUME;
import static io.datachunk.manager.state.Fixtures.chunk;
import static io.datachunk.manager.state.Fixtures.dataset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.datachunk.reader.ChunkId;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetIndex;
import io.datachunk.reader.Indexes;
import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** From taking a reference to giving it back, with counters and with pins. */
@SuppressWarnings("try")
@ParameterizedClass
@ValueSource(booleans = {true, false})
class ReferenceLifeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ChunkDirectory CHUNK = chunk(1, 100, 200);

    @TempDir
    private Path data;

    private final boolean counting;
    private StateDirectory directory;
    private PublishedIndex published;

    ReferenceLifeTest(boolean counting) {
        this.counting = counting;
    }

    @BeforeEach
    void publish() throws IOException {
        directory = new StateDirectory(data.resolve("state"));
        published = PublishedIndex.open(directory.path(), VOLUME, 0, QUICK);
        published.change(List.of(), List.of());
        published.change(List.of(CHUNK), List.of());
    }

    @AfterEach
    void close() {
        published.close();
    }

    private ChunkIndex open() throws IOException {
        return counting ? Indexes.counting(data, directory.path()) : Indexes.pinning(data, directory.path());
    }

    private static ChunkRef find(ChunkIndex index) {
        return index.find(dataset(1), 150).orElseThrow();
    }

    private Set<ChunkDirectory> held() {
        return published.holders().keySet();
    }

    @Test
    void outlivesTheIndexThatGaveIt() throws IOException {
        ChunkIndex index = open();
        ChunkRef held = find(index);
        DatasetIndex handle = index.dataset(dataset(1));

        index.close();
        index.close();

        assertThatThrownBy(() -> handle.find(150))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> index.get(CHUNK.id())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(index::list).isInstanceOf(IllegalStateException.class);
        published.change(List.of(), List.of(CHUNK));
        await().pollDelay(Duration.ofMillis(500))
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(published.drained()).isEmpty());
        ChunkRef copy = held.copy();
        held.close();
        assertThat(copy.path()).isEqualTo(data.resolve(CHUNK.relativePath()));
        assertThat(published.drained()).isEmpty();
        copy.close();
        await().atMost(PATIENCE).until(() -> published.drained().equals(List.of(CHUNK)));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(directory.readers()).isEmptyDirectory());
    }

    @Test
    void outlivesTheManagerAndAnIndexOpenedMeanwhile() throws IOException {
        ChunkRef held;
        try (ChunkIndex index = open()) {
            held = find(index);
        }
        published.close();
        published = PublishedIndex.open(directory.path(), VOLUME, 0, QUICK);
        try (ChunkIndex again = open()) {
            published.change(List.of(), List.of(CHUNK));

            assertThat(again.find(dataset(1), 150)).isEmpty();
            assertThat(published.drained()).isEmpty();
            held.close();
            assertThat(published.drained()).containsExactly(CHUNK);
        }
    }

    @Test
    void twoIndexesOfOneProcessShareOneFile() throws IOException {
        try (ChunkIndex one = open();
                ChunkIndex other = open();
                ChunkRef first = find(one);
                ChunkRef second = find(other)) {
            assertThat(directory.readers().toFile().list()).hasSize(counting ? 1 : 0);
            one.close();
            published.change(List.of(), List.of(CHUNK));
            first.close();
            assertThat(published.drained()).isEmpty();
            second.close();
            assertThat(published.drained()).containsExactly(CHUNK);
        }
        assertThat(directory.readers()).isEmptyDirectory();
    }

    @Test
    void isNotNoticedByFindsWhenTheManagerStartsAgain() throws IOException {
        try (ChunkIndex index = open();
                ChunkRef held = find(index)) {
            published.close();
            find(index).close();
            published = PublishedIndex.open(directory.path(), VOLUME, 0, QUICK);
            find(index).close();
            published.change(List.of(chunk(2, 200, 300)), List.of());

            assertThat(index.find(dataset(1), 250)).get().satisfies(ChunkRef::close);
            assertThat(held.path()).isEqualTo(data.resolve(CHUNK.relativePath()));
            assertThat(held()).contains(CHUNK);
        }
    }

    @Test
    void doesNotTakeAnotherChunkInTheSameSlotForItsOwn() throws IOException {
        try (ChunkIndex index = open()) {
            ChunkRef closed = find(index);
            closed.close();
            ChunkDirectory last = CHUNK;
            for (int i = 0; i < 2 * StateFiles.LEAST_CAPACITY; i++) {
                ChunkDirectory next = chunk(2 + i, 100, 200);
                published.change(List.of(next), List.of(last));
                published.drained().forEach(published::deleted);
                last = next;
                if (i % 100 == 0) {
                    try (ChunkRef held = find(index)) {
                        assertThat(held.id()).isEqualTo(next.id());
                        assertThat(index.get(next.id())).get().satisfies(ChunkRef::close);
                        assertThat(index.list()).containsExactly(next.id());
                    }
                }
            }
            assertThat(index.get(CHUNK.id())).isEmpty();
            assertThatThrownBy(closed::path)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
            assertThatThrownBy(closed::id)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void saysWhichChunkItWasAfterItsClose() throws IOException {
        try (ChunkIndex index = open()) {
            ChunkRef held = find(index);
            ChunkId id = held.id();
            held.close();

            assertThat(held.id()).isEqualTo(id);
            assertThat(held.range()).isEqualTo(CHUNK.range());
            assertThatThrownBy(held::path)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(id.toString());
        }
    }

    /** Both win at times; a reference that was copied is held, one that was not is not, and the count is right. */
    @Test
    void isCopiedOrClosedWhenBothHappenAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CyclicBarrier together = new CyclicBarrier(2);
        int copied = 0;
        try (ChunkIndex index = open()) {
            for (int i = 0; i < 2_000; i++) {
                ChunkRef held = find(index);
                Future<?> closing = threads.submit(() -> {
                    together.await();
                    held.close();
                    return null;
                });
                Future<Boolean> copying = threads.submit(() -> {
                    together.await();
                    try (ChunkRef copy = held.copy()) {
                        assertThat(held()).contains(CHUNK);
                        return copy.path().equals(data.resolve(CHUNK.relativePath()));
                    } catch (IllegalStateException closed) {
                        return false;
                    }
                });
                closing.get();
                copied += copying.get() ? 1 : 0;
            }
            if (counting) {
                assertThat(held()).isEmpty();
            }
            published.change(List.of(), List.of(CHUNK));
            await().atMost(PATIENCE).until(() -> published.drained().equals(List.of(CHUNK)));
        } finally {
            threads.shutdown();
        }
        assertThat(copied).isBetween(0, 2_000);
    }

    @Test
    void aThreadThatIsInterruptedFindsAndHoldsAndLosesNothing() throws IOException {
        Thread.currentThread().interrupt();
        try (ChunkIndex index = open();
                ChunkRef held = find(index);
                ChunkRef copy = held.copy()) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(copy.path()).isEqualTo(held.path());
            find(index).close();
            assertThat(held()).contains(CHUNK);
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void everyUserMayReadWhatReadersRead() throws IOException {
        try (ChunkIndex index = open()) {
            find(index).close();
            for (Path file : List.of(directory.root(), directory.pins(), directory.agentLock(), directory.state(1))) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-r--r--");
            }
        }
    }
}
