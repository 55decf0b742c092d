package io.datachunk.manager.store;

import static io.datachunk.manager.store.Samples.directory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeleterTest {
    private static final Duration GENEROUS = Duration.ofSeconds(60);
    private static final ChunkDirectory CHUNK = directory(1, 7);
    private static final ChunkDirectory NEIGHBOUR = directory(1, 8);

    @TempDir
    Path data;

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private ChunkStore store;

    @BeforeEach
    void open() throws IOException {
        store = ChunkStore.open(data, Optional.empty(), false);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void movesAndThenUnlinksAChunkAndNoOther() throws IOException {
        Samples.publish(store, CHUNK);
        Samples.publish(store, NEIGHBOUR);

        try (Deleter deleter = new Deleter(store)) {
            delete(deleter, CHUNK);
            awaitCalls("moved", "deleted");
        }

        assertThat(data.resolve("trash")).isEmptyDirectory();
        assertThat(store.list(staging -> true).complete()).containsExactly(NEIGHBOUR);
        assertThat(store.record(NEIGHBOUR)).isEqualTo(Samples.FILES);
    }

    @Test
    void removesADatasetsDirectoryWithItsLastChunkAndItComesBackWithTheNext() throws IOException {
        Samples.publish(store, CHUNK);
        try (Deleter deleter = new Deleter(store)) {
            delete(deleter, CHUNK);
            awaitCalls("moved", "deleted");
            await().atMost(GENEROUS).until(() -> !Files.exists(data.resolve("chunks/" + CHUNK.dataset())));
        }

        Samples.publish(store, CHUNK);

        assertThat(store.list(staging -> true).complete()).containsExactly(CHUNK);
    }

    @Test
    void answersForWhatIsNotThere() {
        try (Deleter deleter = new Deleter(store)) {
            delete(deleter, CHUNK);
            awaitCalls("moved", "deleted");

            deleter.discard(CHUNK, () -> calls.add("discarded"));
            awaitCalls("moved", "deleted", "discarded");
        }
    }

    @Test
    void discardsAPartialAndLeavesTheCompleteDirectoryOfThatName() throws IOException {
        Samples.publish(store, CHUNK);
        Samples.download(store, CHUNK);

        try (Deleter deleter = new Deleter(store)) {
            deleter.discard(CHUNK, () -> calls.add("discarded"));
            awaitCalls("discarded");
        }

        assertThat(store.staging(CHUNK)).doesNotExist();
        assertThat(data.resolve("trash")).isEmptyDirectory();
        assertThat(store.record(CHUNK)).isEqualTo(Samples.FILES);
    }

    @Test
    void goesOnWithWhatAnEarlierProcessLeftInTheTrash() throws IOException {
        Samples.download(store, CHUNK);
        store.trash().move(store.staging(CHUNK));
        Path notOurs = Files.createDirectory(data.resolve("trash/notes"));

        try (var _ = new Deleter(store)) {
            await().atMost(GENEROUS)
                    .untilAsserted(() ->
                            assertThat(data.resolve("trash").toFile().list()).containsExactly("notes"));
        }

        assertThat(notOurs).isDirectory();
    }

    @Test
    void deletesTornDownloadsWheneverTheyAreFound() throws IOException {
        try (Deleter deleter = new Deleter(store)) {
            for (int round = 1; round <= 3; round++) {
                Samples.download(store, directory(1, round));
                Files.createSymbolicLink(store.staging(directory(2, round)), data.resolve("chunks"));
                store.list(staging -> false);

                await().atMost(GENEROUS)
                        .untilAsserted(() -> assertThat(data.resolve("trash")).isEmptyDirectory());
            }
            deleter.setHurry(false);
        }
        assertThat(data.resolve("staging")).isEmptyDirectory();
        assertThat(data.resolve("chunks")).isDirectory();
    }

    @Test
    void unlinksAndNeverTruncatesWhatSomebodyHasOpen() throws IOException {
        Samples.publish(store, CHUNK);
        try (FileChannel held =
                FileChannel.open(data.resolve(CHUNK.relativePath()).resolve("blocks.parquet"))) {
            try (Deleter deleter = new Deleter(store)) {
                delete(deleter, CHUNK);
                awaitCalls("moved", "deleted");
            }

            assertThat(held.size()).isEqualTo(Samples.BLOCKS.length);
        }
    }

    @Test
    void unlinksALinkAndNotWhatItPointsTo() throws IOException {
        Samples.publish(store, CHUNK);
        Path precious = Files.writeString(data.resolve("precious"), "precious");
        Files.createSymbolicLink(data.resolve(CHUNK.relativePath()).resolve("link"), precious);

        try (Deleter deleter = new Deleter(store)) {
            delete(deleter, CHUNK);
            awaitCalls("moved", "deleted");
        }

        assertThat(precious).hasContent("precious");
        assertThat(data.resolve("trash")).isEmptyDirectory();
    }

    @Test
    void leavesADirectoryThatSomebodyPutIntoAChunk() throws IOException {
        Samples.publish(store, CHUNK);
        Path foreign = data.resolve(CHUNK.relativePath()).resolve("foreign");
        Files.writeString(Files.createDirectory(foreign).resolve("file"), "precious");

        try (Deleter deleter = new Deleter(store)) {
            delete(deleter, CHUNK);
            awaitCalls("moved", "deleted");
        }

        Path left = onlyEntry(data.resolve("trash"));
        assertThat(left.toFile().list()).containsExactly("foreign");
        assertThat(left.resolve("foreign/file")).hasContent("precious");
    }

    @Test
    void triesAgainWhatFailsAndIsNotHeldUpByIt() throws IOException {
        ChunkDirectory other = directory(2, 7);
        Samples.publish(store, CHUNK);
        Samples.publish(store, other);
        Path dataset = data.resolve("chunks/" + CHUNK.dataset());
        Path aside = Files.move(dataset, data.resolve("aside"));
        Files.createFile(dataset);

        try (Deleter deleter = new Deleter(store, Duration.ofMillis(20))) {
            delete(deleter, CHUNK);
            deleter.delete(other, () -> {}, () -> calls.add("other deleted"));
            awaitCalls("other deleted");

            Files.delete(dataset);
            Files.move(aside, dataset);
            awaitCalls("other deleted", "moved", "deleted");
        }

        assertThat(data.resolve("trash")).isEmptyDirectory();
        assertThat(store.list(staging -> true).complete()).isEmpty();
    }

    @Test
    void survivesAListenerThatThrows() throws IOException {
        Samples.publish(store, CHUNK);

        try (Deleter deleter = new Deleter(store)) {
            deleter.delete(
                    CHUNK,
                    () -> {
                        throw new IllegalStateException("a defect, for the test");
                    },
                    () -> {
                        throw new IllegalStateException("another defect, for the test");
                    });
            deleter.discard(NEIGHBOUR, () -> calls.add("discarded"));
            awaitCalls("discarded");
        }
    }

    @Test
    void movesTheNextBeforeTheLastIsUnlinked() throws IOException {
        publishHuge(CHUNK);
        Samples.publish(store, NEIGHBOUR);

        // 16 TB of pauses are half an hour, so whatever happens below happens during one.
        try (Deleter deleter = new Deleter(store)) {
            delete(deleter, CHUNK);
            awaitCalls("moved");
            deleter.delete(NEIGHBOUR, () -> calls.add("neighbour moved"), () -> calls.add("neighbour deleted"));
            await().atMost(GENEROUS).until(() -> calls.contains("neighbour moved"));

            deleter.setHurry(true);
            await().atMost(GENEROUS).until(() -> calls.contains("neighbour deleted"));
        }
        assertThat(calls).containsExactly("moved", "neighbour moved", "deleted", "neighbour deleted");
    }

    @Test
    void endsInTheMiddleAndTheNextProcessGoesOn() throws IOException {
        publishHuge(CHUNK);
        Deleter first = new Deleter(store);
        delete(first, CHUNK);
        awaitCalls("moved");
        await().atMost(GENEROUS)
                .until(() -> onlyEntry(data.resolve("trash")).toFile().list().length < 8);
        first.close();
        assertThat(calls).containsExactly("moved");
        assertThat(onlyEntry(data.resolve("trash"))).isNotEmptyDirectory();

        try (Deleter second = new Deleter(store)) {
            second.setHurry(true);
            await().atMost(GENEROUS)
                    .untilAsserted(() -> assertThat(data.resolve("trash")).isEmptyDirectory());
        }
    }

    @Test
    void publishesAndDeletesOneDatasetsChunksAtTheSameTimeWithoutLosingAny() throws Exception {
        int rounds = 200;
        CountDownLatch deleted = new CountDownLatch(rounds);
        try (Deleter deleter = new Deleter(store)) {
            for (int i = 0; i < rounds; i++) {
                ChunkDirectory each = directory(3, i);
                Samples.publish(store, each);
                assertThat(data.resolve(each.relativePath())).isDirectory();
                deleter.delete(each, () -> {}, deleted::countDown);
            }
            assertThat(deleted.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(store.list(staging -> true).complete()).isEmpty();
    }

    /** Four files that take no space and, by their length, a long pause each. */
    private void publishHuge(ChunkDirectory directory) throws IOException {
        Samples.publish(store, directory);
        for (int i = 0; i < 4; i++) {
            Path file = data.resolve(directory.relativePath()).resolve("huge" + i);
            try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength(4L << 40);
            }
        }
    }

    private void delete(Deleter deleter, ChunkDirectory directory) {
        deleter.delete(directory, () -> calls.add("moved"), () -> calls.add("deleted"));
    }

    private void awaitCalls(String... expected) {
        await().atMost(GENEROUS).untilAsserted(() -> assertThat(calls).containsExactly(expected));
    }

    private static Path onlyEntry(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (var stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        }
        assertThat(entries).hasSize(1);
        return entries.getFirst();
    }
}
