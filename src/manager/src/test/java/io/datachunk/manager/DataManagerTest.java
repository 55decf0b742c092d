package io.datachunk.manager;

import static io.datachunk.manager.Samples.DATASET;
import static io.datachunk.manager.Samples.block;
import static io.datachunk.manager.Samples.chunk;
import static io.datachunk.manager.Samples.directories;
import static io.datachunk.manager.Samples.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.origin.Origin;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.ChunkRef;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine as a whole, against a real origin and a real directory. */
class DataManagerTest {
    private static final long FILE_BYTES = 40_000;

    @TempDir
    Path dataDir;

    private Origin origin;
    private final List<DataManager> managers = new ArrayList<>();

    @BeforeEach
    void startOrigin() throws IOException {
        origin = Origin.http();
    }

    @AfterEach
    void closeAll() throws IOException {
        managers.forEach(DataManager::close);
        origin.close();
    }

    @Test
    void downloadsADeclaredChunkAndFindsEveryBlockOfIt() throws Exception {
        DataManager manager = open();
        ChunkSpec spec = chunk(origin, 1, 1, FILE_BYTES);

        manager.downloadChunk(spec);

        soon().until(() -> manager.listChunks().contains(id(1)));
        try (ChunkRef found = manager.findChunk(DATASET, 10).orElseThrow()) {
            Samples.assertWhole(found.path(), spec);
        }
        assertThat(find(manager, 19)).isTrue();
        assertThat(find(manager, 20)).isFalse();
        assertThat(find(manager, 9)).isFalse();
        soon().untilAsserted(() -> assertThat(status(manager, 1)).hasValueSatisfying(row -> {
            assertThat(row.state()).isEqualTo(State.READY);
            assertThat(row.bytesDone()).isEqualTo(2 * FILE_BYTES);
            assertThat(row.bytesTotal()).hasValue(2 * FILE_BYTES);
        }));
    }

    @Test
    void deletesWhatIsUndesiredAndLeavesNothingBehind() throws Exception {
        DataManager manager = open();
        ready(manager, chunk(origin, 1, 1, FILE_BYTES), chunk(origin, 2, 1, FILE_BYTES));

        manager.deleteChunk(id(1));

        soon().until(() -> directories(dataDir).size() == 1);
        assertThat(manager.listChunks()).containsExactly(id(2));
        soon().until(() -> status(manager, 1).isEmpty());
        assertThat(find(manager, block(1))).isFalse();
    }

    @Test
    void keepsAHeldChunkUntilItsLastReferenceIsClosedAndSaysWhoHoldsIt(@TempDir(factory = InMemory.class) Path stateDir)
            throws Exception {
        DataManager manager = open(Options.defaults().withStateDir(stateDir));
        ChunkSpec spec = chunk(origin, 1, 1, FILE_BYTES);
        ready(manager, spec);
        ChunkRef first = manager.findChunk(DATASET, block(1)).orElseThrow();
        ChunkRef second = first.copy();

        manager.deleteChunk(id(1));
        soon().until(() -> reason(manager, 1).equals(Optional.of(Reason.WAITING_FOR_REFERENCES)));
        first.close();

        assertThat(find(manager, block(1))).isFalse();
        Samples.assertWhole(second.path(), spec);
        soon().untilAsserted(() -> assertThat(manager.holders().get(id(1)))
                .anySatisfy(holder -> assertThat(holder)
                        .isInstanceOfSatisfying(
                                Holder.Counted.class,
                                counted -> assertThat(counted.pid())
                                        .isEqualTo(ProcessHandle.current().pid()))));
        second.close();
        soon().until(() -> directories(dataDir).isEmpty());
    }

    @Test
    void bringsBackAChunkThatWaitsForReadersWithoutADownload() throws Exception {
        DataManager manager = open();
        ChunkSpec spec = chunk(origin, 1, 1, FILE_BYTES);
        ready(manager, spec);
        origin.forgetRequests();

        try (ChunkRef held = manager.findChunk(DATASET, block(1)).orElseThrow()) {
            manager.deleteChunk(id(1));
            soon().until(() -> !find(manager, block(1)));
            manager.downloadChunk(spec);
            soon().until(() -> find(manager, block(1)));
            assertThat(held.path()).exists();
        }

        assertThat(origin.requests()).isEmpty();
        assertThat(directories(dataDir)).hasSize(1);
    }

    @Test
    void servesTheOldContentUntilTheNewOneIsReady() throws Exception {
        DataManager manager = open();
        ready(manager, chunk(origin, 1, 1, FILE_BYTES));
        ChunkSpec next = chunk(origin, 1, 2, FILE_BYTES);

        manager.downloadChunk(next);

        soon().until(() -> {
            try (ChunkRef found = manager.findChunk(DATASET, block(1)).orElseThrow()) {
                return found.path().toString().endsWith(".2");
            }
        });
        soon().until(() -> directories(dataDir).size() == 1);
        try (ChunkRef found = manager.findChunk(DATASET, block(1)).orElseThrow()) {
            Samples.assertWhole(found.path(), next);
        }
    }

    @Test
    void goesOnServingTheOldContentWhenTheNewDeclarationIsBroken() throws Exception {
        DataManager manager = open();
        ready(manager, chunk(origin, 1, 1, FILE_BYTES));

        manager.downloadChunk(ChunkSpec.of(
                id(1),
                DATASET,
                Samples.range(1),
                Map.of("other", origin.url("/missing").toString())));

        soon().until(() -> reason(manager, 1).equals(Optional.of(Reason.NOT_FOUND)));
        assertThat(status(manager, 1).orElseThrow().state()).isEqualTo(State.FAILED);
        assertThat(find(manager, block(1))).isTrue();
    }

    @Test
    void findsALongChunkBehindAShortOneThatStartsLater() throws Exception {
        DataManager manager = open();
        ChunkSpec wide = chunk(origin, 1, 1, FILE_BYTES);
        wide = new ChunkSpec(id(100), DATASET, new BlockRange(0, 1_000), wide.files());
        ready(manager, wide, chunk(origin, 5, 1, FILE_BYTES));

        assertThat(find(manager, 70)).isTrue();
        manager.deleteChunk(id(5));
        soon().until(() -> manager.listChunks().size() == 1);

        assertThat(find(manager, block(5))).isTrue();
    }

    @Test
    void setDesiredIsTheWholeSet() throws Exception {
        DataManager manager = open();
        ready(manager, chunk(origin, 1, 1, FILE_BYTES), chunk(origin, 2, 1, FILE_BYTES));

        manager.setDesired(List.of(chunk(origin, 2, 1, FILE_BYTES), chunk(origin, 3, 1, FILE_BYTES)));

        soon().untilAsserted(() -> assertThat(manager.listChunks()).containsExactlyInAnyOrder(id(2), id(3)));
        soon().until(() -> directories(dataDir).size() == 2);
    }

    @Test
    void listsWhatIsCompleteAtOnceAfterARestartAndAsksTheOriginForNothing() throws Exception {
        try (DataManager first = open()) {
            ready(first, chunk(origin, 1, 1, FILE_BYTES), chunk(origin, 2, 1, FILE_BYTES));
        }
        origin.forgetRequests();

        DataManager second = open();

        assertThat(second.listChunks()).containsExactlyInAnyOrder(id(1), id(2));
        assertThat(find(second, block(2))).isTrue();
        second.setDesired(List.of(chunk(origin, 1, 1, FILE_BYTES), chunk(origin, 2, 1, FILE_BYTES)));
        soon().untilAsserted(() -> assertThat(second.status())
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.bytesTotal()).hasValue(2 * FILE_BYTES)));
        assertThat(origin.requests()).isEmpty();
    }

    @Test
    void findsOnlyTheNewerOfTwoContentsThatACrashLeft() throws Exception {
        try (DataManager first = open()) {
            ready(first, chunk(origin, 1, 1, FILE_BYTES));
        }
        Path dataset = dataDir.resolve("chunks").resolve(DATASET.toString());
        Path older = dataset.resolve("10-20-" + id(1) + ".1");
        Path newer = Files.createDirectory(dataset.resolve("10-15-" + id(1) + ".2"));
        for (String name : List.of(".chunk.json", "file-0", "file-1", "file-2")) {
            Files.copy(older.resolve(name), newer.resolve(name));
        }

        DataManager second = open();

        assertThat(find(second, 16)).isFalse();
        try (ChunkRef found = second.findChunk(DATASET, 14).orElseThrow()) {
            assertThat(found.path()).isEqualTo(newer);
        }
        assertThat(second.listChunks()).containsExactly(id(1));
        soon().until(() -> !Files.exists(older));
    }

    @Test
    void goesOnWithADeletionAfterARestartAlsoWhileSomebodyHoldsTheChunk() throws Exception {
        ChunkRef held;
        try (DataManager first = open()) {
            ready(first, chunk(origin, 1, 1, FILE_BYTES));
            held = first.findChunk(DATASET, block(1)).orElseThrow();
            first.deleteChunk(id(1));
            soon().until(() -> first.listChunks().isEmpty());
        }

        DataManager second = open();

        assertThat(second.listChunks()).isEmpty();
        soon().until(() -> reason(second, 1).equals(Optional.of(Reason.WAITING_FOR_REFERENCES)));
        assertThat(held.path()).exists();
        held.close();
        soon().until(() -> directories(dataDir).isEmpty());
    }

    @Test
    void resumesAnInterruptedDownloadAfterARestart() throws Exception {
        long fileBytes = 4L << 20;
        String slow = "?rate=" + (512 << 10);
        String base = origin.url("").toString();
        try (DataManager first = open()) {
            first.downloadChunk(chunk(base, slow, 1, 1, fileBytes));
            soon().until(() -> status(first, 1)
                    .filter(row -> row.bytesDone() > fileBytes / 4)
                    .isPresent());
        }
        origin.forgetRequests();

        DataManager second = open();
        ChunkSpec spec = chunk(base, "", 1, 1, fileBytes);
        second.downloadChunk(spec);

        soon().until(() -> second.listChunks().contains(id(1)));
        assertThat(origin.requests())
                .anySatisfy(request -> assertThat(request.header("range")).isPresent());
        try (ChunkRef found = second.findChunk(DATASET, block(1)).orElseThrow()) {
            Samples.assertWhole(found.path(), spec);
        }
    }

    @Test
    void replacesAChunkThatWasDamagedWhileNobodyLooked() throws Exception {
        ChunkSpec spec = chunk(origin, 1, 1, FILE_BYTES);
        try (DataManager first = open()) {
            ready(first, spec);
            try (ChunkRef found = first.findChunk(DATASET, block(1)).orElseThrow();
                    FileChannel file = FileChannel.open(found.path().resolve("file-1"), StandardOpenOption.WRITE)) {
                file.truncate(5);
            }
        }

        DataManager second = open();
        second.setDesired(List.of(spec));

        soon().ignoreExceptions().untilAsserted(() -> {
            try (ChunkRef found = second.findChunk(DATASET, block(1)).orElseThrow()) {
                Samples.assertWhole(found.path(), spec);
            }
        });
        soon().until(() -> directories(dataDir).size() == 1);
    }

    @Test
    void refusesASecondManagerOfTheSameVolume() throws Exception {
        open();

        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(dataDir.toString())
                .hasMessageContaining("in use");
    }

    @Test
    void tellsListenersOfEveryChangeInOrder() throws Exception {
        DataManager manager = open();
        List<State> states = new CopyOnWriteArrayList<>();
        List<DownloadEnd> ends = new CopyOnWriteArrayList<>();
        try (AutoCloseable changes = manager.onChange(row -> states.add(row.state()));
                AutoCloseable downloads = manager.onDownload(ends::add)) {

            manager.downloadChunk(chunk(origin, 1, 1, FILE_BYTES));
            soon().until(() -> states.contains(State.READY));
            manager.deleteChunk(id(1));
            soon().until(() -> directories(dataDir).isEmpty());

            assertThat(changes).isNotEqualTo(downloads);
        }
        assertThat(states).startsWith(State.DOWNLOADING).containsSubsequence(State.DOWNLOADING, State.READY);
        assertThat(ends)
                .singleElement()
                .satisfies(end -> assertThat(end.failure()).isEmpty());
        assertThat(manager.downloadedBytes()).isEqualTo(2 * FILE_BYTES);
    }

    @Test
    void hasARowOfEveryChunkThatWasThereAndTellsNobodyOfThem() throws Exception {
        DataManager before = open();
        ready(before, chunk(origin, 1, 1, FILE_BYTES), chunk(origin, 2, 1, FILE_BYTES));
        before.close();

        DataManager manager = open();
        List<ChunkId> changed = new CopyOnWriteArrayList<>();
        try (AutoCloseable _ = manager.onChange(row -> changed.add(row.id()))) {
            assertThat(find(manager, block(1))).isTrue();
            assertThat(manager.listChunks()).containsExactlyInAnyOrder(id(1), id(2));
            assertThat(manager.status())
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row.state()).isEqualTo(State.READY));
            manager.downloadChunk(chunk(origin, 3, 1, FILE_BYTES));
            soon().until(() -> changed.contains(id(3)));
        }
        assertThat(changed).containsOnly(id(3));
    }

    @Test
    void takesAFloodOfChunksAndOfChangesOfMind() throws Exception {
        DataManager manager = open();
        List<ChunkSpec> all = IntStream.range(0, 300)
                .mapToObj(number -> chunk(origin, number, 1, 100))
                .toList();

        all.forEach(manager::downloadChunk);
        all.forEach(spec -> manager.deleteChunk(spec.id()));
        all.forEach(manager::downloadChunk);
        all.stream().filter(spec -> spec.id().fourth() % 2 == 1).forEach(spec -> manager.deleteChunk(spec.id()));

        soon().untilAsserted(() -> assertThat(manager.listChunks())
                .containsExactlyInAnyOrderElementsOf(all.stream()
                        .map(ChunkSpec::id)
                        .filter(id -> id.fourth() % 2 == 0)
                        .toList()));
        soon().until(() -> directories(dataDir).size() == 150);
        assertThat(manager.status()).hasSize(150);
    }

    @Test
    void refusesCallsAfterItsEndAndEndsOnce() throws Exception {
        DataManager manager = open();
        manager.close();
        manager.close();

        assertThatThrownBy(() -> manager.deleteChunk(id(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void doesNotTakeAnotherDirectoryForItsOwn() throws Exception {
        Files.writeString(dataDir.resolve("precious.txt"), "not ours");

        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(dataDir.toString())
                .hasMessageContaining("empty");
        assertThat(dataDir.resolve("precious.txt")).hasContent("not ours");
    }

    private DataManager open() throws IOException {
        return open(Options.defaults());
    }

    private DataManager open(Options options) throws IOException {
        DataManager manager = DataManager.open(dataDir, options);
        managers.add(manager);
        return manager;
    }

    private static void ready(DataManager manager, ChunkSpec... chunks) {
        List.of(chunks).forEach(manager::downloadChunk);
        for (ChunkSpec chunk : chunks) {
            soon().until(() -> manager.listChunks().contains(chunk.id()));
            assertThat(find(manager, chunk.range().start())).isTrue();
        }
    }

    private static boolean find(DataManager manager, long block) {
        Optional<ChunkRef> found = manager.findChunk(DATASET, block);
        found.ifPresent(ChunkRef::close);
        return found.isPresent();
    }

    private static Optional<ChunkStatus> status(DataManager manager, int number) {
        return manager.status().stream()
                .filter(row -> row.id().equals(id(number)))
                .findFirst();
    }

    private static Optional<Reason> reason(DataManager manager, int number) {
        return status(manager, number).map(ChunkStatus::reason);
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
    }
}
