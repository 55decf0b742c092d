package io.datachunk.manager.state;

import static io.datachunk.manager.state.Fixtures.QUICK;
import static io.datachunk.manager.state.Fixtures.VOLUME;
import static io.datachunk.manager.state.Fixtures.chunk;
import static io.datachunk.manager.state.Fixtures.dataset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datachunk.manager.Holder;
import io.datachunk.manager.state.PublishedIndex.Remembered;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // closes in the middle on purpose
class PublishedIndexTest {
    @TempDir
    private Path data;

    private Path state;

    @BeforeEach
    void memory() {
        state = data.resolve("state");
    }

    private PublishedIndex open() throws IOException {
        PublishedIndex index = PublishedIndex.open(state, VOLUME, 0, QUICK);
        index.change(List.of(), List.of());
        return index;
    }

    @Test
    void findsAPublishedChunkAndNoneBesideIt() throws IOException {
        ChunkDirectory chunk = chunk(1, 100, 200);
        try (PublishedIndex published = open();
                ChunkIndex index = ChunkIndex.open(data, state)) {
            published.change(List.of(chunk), List.of());

            try (ChunkRef held = index.find(dataset(1), 100).orElseThrow()) {
                assertThat(held.id()).isEqualTo(chunk.id());
                assertThat(held.dataset()).isEqualTo(chunk.dataset());
                assertThat(held.range()).isEqualTo(chunk.range());
                assertThat(held.path()).isEqualTo(data.resolve(chunk.relativePath()));
            }
            assertThat(index.dataset(dataset(1)).find(199)).isPresent().get().satisfies(ChunkRef::close);
            assertThat(index.find(dataset(1), 99)).isEmpty();
            assertThat(index.find(dataset(1), 200)).isEmpty();
            assertThat(index.find(dataset(2), 100)).isEmpty();
            assertThat(index.list()).containsExactly(chunk.id());
        }
    }

    @Test
    void hasRoomForWhatTheStartFindsAndGrowsForMore() throws IOException {
        int found = StateFiles.LEAST_CAPACITY + 1;
        try (PublishedIndex published = PublishedIndex.open(state, VOLUME, found, QUICK)) {
            List<ChunkDirectory> chunks = new ArrayList<>();
            for (int i = 0; i < found; i++) {
                chunks.add(chunk(1 + i, i, i + 1));
            }
            published.change(chunks, List.of());
            assertThat(state.resolve("state.1")).exists();
            assertThat(published.listed()).hasSize(found);

            List<ChunkDirectory> more = new ArrayList<>();
            for (int i = found; i <= StateFiles.capacityFor(found); i++) {
                more.add(chunk(1 + i, i, i + 1));
            }
            published.change(more, List.of());
            assertThat(state.resolve("state.1")).doesNotExist();
            assertThat(state.resolve("state.2")).exists();
            try (ChunkIndex index = ChunkIndex.open(data, state)) {
                assertThat(index.list()).hasSize(found + more.size());
            }
        }
    }

    @Test
    void drainsARetiredChunkWhenItsLastReferenceIsClosed() throws IOException {
        ChunkDirectory chunk = chunk(1, 100, 200);
        try (PublishedIndex published = open();
                ChunkIndex index = ChunkIndex.open(data, state)) {
            published.change(List.of(chunk), List.of());
            ChunkRef first = index.find(dataset(1), 150).orElseThrow();
            ChunkRef second = first.copy();

            published.change(List.of(), List.of(chunk));

            assertThat(index.find(dataset(1), 150)).isEmpty();
            assertThat(index.get(chunk.id())).isEmpty();
            assertThat(published.drained()).isEmpty();
            assertThat(published.holders()).containsOnlyKeys(chunk);
            first.close();
            assertThat(published.drained()).isEmpty();
            assertThat(second.path()).isEqualTo(data.resolve(chunk.relativePath()));
            second.close();
            assertThat(published.drained()).containsExactly(chunk);
            assertThat(published.drained()).isEmpty();
            assertThat(published.holders()).isEmpty();
        }
    }

    @Test
    void takesARetirementBack() throws IOException {
        ChunkDirectory chunk = chunk(1, 100, 200);
        try (PublishedIndex published = open();
                ChunkIndex index = ChunkIndex.open(data, state);
                ChunkRef held = held(published, index, chunk)) {
            published.change(List.of(), List.of(chunk));

            published.change(List.of(chunk), List.of());

            assertThat(index.find(dataset(1), 150)).isPresent().get().satisfies(ChunkRef::close);
            held.close();
            assertThat(published.drained()).isEmpty();
        }
    }

    @Test
    void remembersWhatWasLeft() throws IOException {
        ChunkDirectory live = chunk(1, 100, 200);
        ChunkDirectory retiring = chunk(2, 200, 300);
        ChunkDirectory deleting = chunk(3, 300, 400);
        try (PublishedIndex published = open();
                ChunkIndex index = ChunkIndex.open(data, state);
                ChunkRef held = held(published, index, retiring)) {
            published.change(List.of(live, deleting), List.of());
            published.change(List.of(), List.of(retiring, deleting));
            assertThat(published.drained()).containsExactly(deleting);
            published.close();

            try (PublishedIndex again = PublishedIndex.open(state, VOLUME, 0, QUICK)) {
                assertThat(again.remembered())
                        .isEqualTo(Map.of(
                                live, Remembered.LIVE,
                                retiring, Remembered.RETIRING,
                                deleting, Remembered.DELETING));
                assertThat(PublishedIndex.rememberedVolume(state)).isEqualTo(Optional.of(VOLUME));
                assertThat(index.find(dataset(1), 150)).isPresent().get().satisfies(ChunkRef::close);
                assertThat(again.drained()).isEmpty();
                held.close();
                assertThat(again.drained()).containsExactly(retiring);
            }
        }
    }

    @Test
    void leavesAsItIsWhatIsSoAlready() throws IOException {
        ChunkDirectory chunk = chunk(1, 100, 200);
        try (PublishedIndex published = open();
                ChunkIndex index = ChunkIndex.open(data, state)) {
            published.change(List.of(chunk), List.of());

            published.change(List.of(chunk, chunk), List.of(chunk(2, 0, 9)));
            published.deleted(chunk);
            published.deleted(chunk(3, 0, 9));

            assertThat(index.list()).containsExactly(chunk.id());
            published.change(List.of(), List.of(chunk));
            published.change(List.of(), List.of(chunk));
            assertThat(published.drained()).containsExactly(chunk);
            published.change(List.of(chunk), List.of(chunk));
            assertThat(index.list()).isEmpty();
            published.deleted(chunk);
            published.deleted(chunk);
            published.change(List.of(chunk), List.of());
            assertThat(index.list()).containsExactly(chunk.id());
        }
    }

    @Test
    void tellsAClosedReferenceFromAnOpenOne() throws IOException {
        ChunkDirectory chunk = chunk(1, 100, 200);
        try (PublishedIndex published = open();
                ChunkIndex index = ChunkIndex.open(data, state)) {
            ChunkRef held = held(published, index, chunk);
            held.close();
            held.close();

            assertThatThrownBy(held::path)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(chunk.id().toString());
            assertThatThrownBy(held::copy)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(chunk.id().toString());
        }
    }

    @Test
    void saysWhoHoldsAChunk() throws IOException {
        ChunkDirectory chunk = chunk(1, 100, 200);
        Path memory = Fixtures.inMemory();
        try (PublishedIndex published = PublishedIndex.open(memory, VOLUME, 0, QUICK);
                ChunkIndex index = ChunkIndex.open(data, memory);
                ChunkRef held = held(published, index, chunk);
                ChunkRef again = held.copy()) {
            assertThat(again.id()).isEqualTo(chunk.id());
            assertThat(published.holders().get(chunk)).singleElement().satisfies(holder -> {
                assertThat(holder).isInstanceOf(Holder.Counted.class);
                Holder.Counted counted = (Holder.Counted) holder;
                assertThat(counted.pid()).isEqualTo(ProcessHandle.current().pid());
                assertThat(counted.command()).contains("java");
                assertThat(counted.references()).isEqualTo(2);
            });
        } finally {
            try (var files = Files.walk(memory)) {
                files.sorted(java.util.Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    @Test
    void growsWithoutAFailedFind() throws IOException {
        try (PublishedIndex published = open();
                ChunkIndex index = ChunkIndex.open(data, state);
                ChunkRef held = held(published, index, chunk(1, 0, 10))) {
            for (int i = 1; i < 5_000; i++) {
                published.change(List.of(chunk(1 + i, 10L * i, 10L * i + 10)), List.of());
                assertThat(index.find(dataset(1), 10L * i)).isPresent().get().satisfies(ChunkRef::close);
                assertThat(index.find(dataset(1), 3)).isPresent().get().satisfies(ChunkRef::close);
            }
            published.change(List.of(), List.of(chunk(1, 0, 10)));
            assertThat(published.drained()).isEmpty();
            held.close();
            assertThat(published.drained()).containsExactly(chunk(1, 0, 10));
        }
    }

    private static ChunkRef held(PublishedIndex published, ChunkIndex index, ChunkDirectory chunk) {
        published.change(List.of(chunk), List.of());
        return index.find(chunk.dataset(), chunk.range().start()).orElseThrow();
    }
}
