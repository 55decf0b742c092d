package io.datachunk.manager.store;

import static io.datachunk.manager.store.Samples.FILES;
import static io.datachunk.manager.store.Samples.directory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.datachunk.manager.StoredFile;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes that end without warning, and what the next one finds. */
class CrashTest {
    private static final Duration GENEROUS = Duration.ofSeconds(60);
    private static final int KILLS = 6;
    private static final ChunkDirectory OLD = directory(1, 1);
    private static final ChunkDirectory NEW = directory(2, 2);
    private static final ChunkDirectory PARTIAL = directory(1, 3);

    @TempDir
    Path data;

    /** Publishes NEW, then deletes OLD, and ends. */
    static final class PublishThenDelete {
        private PublishThenDelete() {}

        public static void main(String[] arguments) throws Exception {
            HaltAtSeam.install();
            ChunkStore store = ChunkStore.open(Path.of(arguments[0]), Optional.empty(), false);
            Samples.publish(store, NEW);
            CountDownLatch deleted = new CountDownLatch(1);
            try (Deleter deleter = new Deleter(store)) {
                deleter.delete(OLD, () -> {}, deleted::countDown);
                deleted.await();
            }
            store.close();
        }
    }

    /** Publishes chunks and deletes half of them for ever, with a line for each. */
    static final class Busy {
        private Busy() {}

        public static void main(String[] arguments) throws Exception {
            ChunkStore store = ChunkStore.open(Path.of(arguments[0]), Optional.empty(), false);
            int first = Integer.parseInt(arguments[1]);
            Semaphore deletions = new Semaphore(4);
            Deleter deleter = new Deleter(store);
            for (int number = first; ; number++) {
                ChunkDirectory chunk = directory(number % 3, number);
                Samples.publish(store, chunk);
                if (number % 2 == 0) {
                    deletions.acquire();
                    deleter.delete(chunk, () -> {}, deletions::release);
                }
                System.out.println(number);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Seam.class,
            names = {"VOLUME_WRITTEN", "VOLUME_NAMED"})
    void beginsAfterACrashOfTheVeryFirstStart(Seam seam) throws Exception {
        crashAt(seam.name());

        try (ChunkStore store = ChunkStore.open(data, Optional.empty(), false)) {
            assertThat(store.list(CrashTest::isResumable)).isEqualTo(new ChunkStore.Found(List.of(), List.of()));
        }
        assertThat(data.toFile().list()).containsExactlyInAnyOrder(".volume", "chunks", "staging", "trash");
    }

    @ParameterizedTest
    @EnumSource(value = Seam.class, mode = EnumSource.Mode.MATCH_ALL, names = "(PUBLISH|DELETE)_.*")
    void findsWholeChunksAndNothingElseAfterACrashAt(Seam seam) throws Exception {
        prepareOldAndPartial();

        crashAt(seam.name());

        boolean published = seam.compareTo(Seam.PUBLISH_RENAMED) >= 0;
        boolean resumable = seam.compareTo(Seam.PUBLISH_CLEANED) < 0;
        boolean deleted = seam.compareTo(Seam.DELETE_MOVED) >= 0;
        try (ChunkStore store = ChunkStore.open(data, Optional.empty(), false)) {
            ChunkStore.Found found = store.list(CrashTest::isResumable);
            assertThat(found.complete().contains(NEW)).isEqualTo(published);
            assertThat(found.complete().contains(OLD)).isEqualTo(!deleted);
            assertThat(found.partial().contains(NEW)).isEqualTo(resumable);
            assertThat(found.partial()).contains(PARTIAL);
            requireConsistent(store, found);

            goOnWherePublishStopped(store, found);
            requireConsistent(store, store.list(CrashTest::isResumable));
            assertThat(store.record(NEW)).isEqualTo(FILES);
        }
    }

    @Test
    void neverListsAChunkOfWhichOnlySomeFilesAreUnlinked() throws Exception {
        prepareOldAndPartial();

        crashAt(Seam.DELETE_UNLINKED + ":3");

        try (ChunkStore store = ChunkStore.open(data, Optional.empty(), false)) {
            ChunkStore.Found found = store.list(CrashTest::isResumable);
            assertThat(found.complete()).containsExactly(NEW);
            requireConsistent(store, found);
        }
    }

    @Test
    void survivesKillsAtAnyMoment() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed of the moments: " + seed);
        Random random = new Random(seed);
        int next = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            next = killAfterLines(next, random.nextInt(40));

            try (ChunkStore store = ChunkStore.open(data, Optional.empty(), false)) {
                requireConsistent(store, store.list(CrashTest::isResumable));
            }
        }
    }

    private static boolean isResumable(Path staging) {
        return Files.exists(staging.resolve(".resume.json"));
    }

    private void prepareOldAndPartial() throws IOException {
        try (ChunkStore store = ChunkStore.open(data, Optional.empty(), false)) {
            Samples.publish(store, OLD);
            Samples.download(store, PARTIAL);
        }
    }

    private void crashAt(String seam) throws Exception {
        List<String> option = List.of("-D" + HaltAtSeam.PROPERTY + "=" + seam);

        ChildJvm.Ended ended = ChildJvm.run(ChildJvm.command(PublishThenDelete.class, option, data));

        assertThat(ended.status()).as(ended.output()).isEqualTo(HaltAtSeam.EXIT_STATUS);
    }

    /** Returns the number that the next process may begin with. */
    private int killAfterLines(int first, int lines) throws Exception {
        Process process = new ProcessBuilder(ChildJvm.command(Busy.class, List.of(), data, first))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int last = first;
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int seen = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.matches("\\d+")) {
                    last = Integer.parseInt(line);
                    if (seen++ == lines) {
                        process.toHandle().destroyForcibly(); // which leaves the output to be read
                    }
                }
            }
            assertThat(seen).as("it was killed, and did not end by itself").isGreaterThan(lines);
        }
        process.waitFor();
        return last + 2;
    }

    /** Every listed chunk is whole, and besides them and partials nothing is left once the deleter has run. */
    private void requireConsistent(ChunkStore store, ChunkStore.Found found) throws IOException {
        for (ChunkDirectory chunk : found.complete()) {
            assertThat(store.record(chunk)).isEqualTo(FILES);
            for (StoredFile file : FILES) {
                byte[] content =
                        Files.readAllBytes(data.resolve(chunk.relativePath()).resolve(file.name()));
                assertThat(Samples.file(file.name(), content, file.digest().isPresent()))
                        .isEqualTo(file);
            }
        }
        try (var _ = new Deleter(store)) {
            await().atMost(GENEROUS)
                    .untilAsserted(() -> assertThat(data.resolve("trash")).isEmptyDirectory());
        }
        List<String> names = new ArrayList<>();
        for (ChunkDirectory partial : found.partial()) {
            names.add(String.valueOf(store.staging(partial).getFileName()));
        }
        assertThat(data.resolve("staging").toFile().list()).containsExactlyInAnyOrderElementsOf(names);
        assertThat(data.toFile().list()).containsExactlyInAnyOrder(".volume", "chunks", "staging", "trash");
    }

    /** What a manager does with a partial that is desired: here nothing is left to be fetched. */
    private static void goOnWherePublishStopped(ChunkStore store, ChunkStore.Found found) throws IOException {
        if (found.partial().contains(NEW)) {
            store.publish(NEW, FILES);
        } else if (!found.complete().contains(NEW)) {
            Samples.publish(store, NEW);
        } else {
            store.publish(NEW, FILES);
        }
    }
}
