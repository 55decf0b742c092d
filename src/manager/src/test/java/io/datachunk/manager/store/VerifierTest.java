package io.datachunk.manager.store;

import static io.datachunk.manager.store.Samples.FILES;
import static io.datachunk.manager.store.Samples.directory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.datachunk.manager.StoredFile;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class VerifierTest {
    private static final Duration GENEROUS = Duration.ofSeconds(60);
    private static final long FLAT_OUT = Long.MAX_VALUE;

    /** A buffer at this rate lasts longer than any test. */
    private static final long CRAWL = 1;

    private static final ChunkDirectory CHUNK = directory(1, 7);
    private static final ChunkDirectory LAST = directory(1, 9);

    @TempDir
    Path data;

    private final Heard heard = new Heard();
    private final List<String> opened = new CopyOnWriteArrayList<>();
    private ChunkStore store;

    /** What the verifier said, in order. */
    private static final class Heard implements Verifier.Listener {
        final List<String> inspected = new CopyOnWriteArrayList<>();
        final List<Optional<List<StoredFile>>> records = new CopyOnWriteArrayList<>();
        final List<List<StoredFile>> verified = new CopyOnWriteArrayList<>();
        final List<String> damaged = new CopyOnWriteArrayList<>();

        @Override
        public void inspected(ChunkDirectory directory, Optional<List<StoredFile>> files) {
            inspected.add(directory.name());
            records.add(files);
        }

        @Override
        public void verified(ChunkDirectory directory, List<StoredFile> files) {
            verified.add(files);
        }

        @Override
        public void damaged(ChunkDirectory directory, String message) {
            damaged.add(directory.name() + ": " + message);
        }
    }

    @BeforeEach
    void open() throws IOException {
        store = ChunkStore.open(data, Optional.empty(), false);
        Samples.publish(store, CHUNK);
        Samples.publish(store, LAST);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void saysNothingOfChunksThatAreAsPublished() {
        try (Verifier verifier = verifier(FLAT_OUT)) {
            verifier.add(CHUNK);
            verifier.add(LAST);
            await().atMost(GENEROUS).until(() -> opened.size() == 2 * FILES.size());

            verifier.inspect(LAST);
            await().atMost(GENEROUS).until(() -> !heard.inspected.isEmpty());
        }
        assertThat(heard.damaged).isEmpty();
        assertThat(heard.verified).isEmpty();
    }

    @Test
    void tellsTheRecord() {
        try (Verifier verifier = verifier(FLAT_OUT)) {
            verifier.inspect(CHUNK);
            verifier.inspect(directory(1, 1));
            await().atMost(GENEROUS).until(() -> heard.records.size() == 2);
        }
        assertThat(heard.records).containsExactly(Optional.of(FILES), Optional.empty());
        assertThat(opened).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"short", "long", "missing", "link", "directory", "no record", "torn record", "gone", "linked"})
    void findsDamageByNamesAndSizesAlone(String damage) throws IOException {
        Path complete = data.resolve(CHUNK.relativePath());
        Path file = complete.resolve("logs.parquet");
        switch (damage) {
            case "short" -> Files.write(file, new byte[Samples.LOGS.length - 1]);
            case "long" -> Files.write(file, new byte[Samples.LOGS.length + 1]);
            case "missing" -> Files.delete(file);
            case "link" -> {
                Files.move(file, data.resolve("elsewhere"));
                Files.createSymbolicLink(file, data.resolve("elsewhere"));
            }
            case "directory" -> {
                Files.delete(file);
                Files.createDirectory(file);
            }
            case "no record" -> Files.delete(complete.resolve(".chunk.json"));
            case "torn record" -> Files.writeString(complete.resolve(".chunk.json"), "{\"format\":1,\"fil");
            case "gone" -> Files.move(complete, data.resolve("elsewhere"));
            case "linked" -> {
                Files.move(complete, data.resolve("elsewhere"));
                Files.createSymbolicLink(complete, data.resolve("elsewhere"));
            }
            default -> throw new AssertionError(damage);
        }

        try (Verifier verifier = verifier(FLAT_OUT)) {
            verifier.add(CHUNK);
            await().atMost(GENEROUS).until(() -> !heard.damaged.isEmpty());
        }

        assertThat(heard.damaged).singleElement().asString().startsWith(CHUNK.name() + ": ");
        assertThat(opened).isEmpty();
    }

    @Test
    void findsOtherBytesOfTheSameLength() throws IOException {
        Path file = data.resolve(CHUNK.relativePath()).resolve("logs.parquet");
        byte[] bytes = Files.readAllBytes(file);
        bytes[3] ^= 1;
        Files.write(file, bytes);

        try (Verifier verifier = verifier(FLAT_OUT)) {
            verifier.add(CHUNK);
            await().atMost(GENEROUS).until(() -> !heard.damaged.isEmpty());
        }

        assertThat(heard.damaged)
                .containsExactly(CHUNK.name() + ": file logs.parquet has other bytes than published (CRC32C)");
    }

    @Test
    void checksTheSizesOfAllBeforeTheChecksumsOfOne() throws IOException {
        Files.delete(data.resolve(LAST.relativePath()).resolve("empty"));

        try (Verifier verifier = verifier(CRAWL)) {
            verifier.add(CHUNK);
            verifier.add(LAST);
            await().atMost(GENEROUS).until(() -> !heard.damaged.isEmpty());
        }

        assertThat(heard.damaged).singleElement().asString().contains("file empty is missing");
    }

    @Test
    void readsBackTheDigestsThatAreAskedFor() {
        try (Verifier verifier = verifier(FLAT_OUT)) {
            verifier.verify(CHUNK, Set.of("logs.parquet", "empty"));
            await().atMost(GENEROUS).until(() -> !heard.verified.isEmpty());
        }

        assertThat(heard.verified)
                .containsExactly(List.of(
                        Samples.BLOCKS_FILE,
                        Samples.file("logs.parquet", Samples.LOGS, true),
                        Samples.file("empty", new byte[0], true)));
    }

    @Test
    void interruptsAChecksumForWhatIsMoreUrgent() {
        try (Verifier verifier = verifier(CRAWL)) {
            verifier.add(CHUNK);
            await().atMost(GENEROUS).until(() -> !opened.isEmpty());

            verifier.inspect(LAST);
            await().atMost(GENEROUS).until(() -> !heard.inspected.isEmpty());
            verifier.verify(LAST, Set.of());
            await().atMost(GENEROUS).until(() -> opened.contains(LAST.name() + "/blocks.parquet"));
            verifier.inspect(CHUNK);
            await().atMost(GENEROUS).until(() -> heard.inspected.size() == 2);
        }
        assertThat(opened).containsExactly(CHUNK.name() + "/blocks.parquet", LAST.name() + "/blocks.parquet");
        assertThat(heard.inspected).containsExactly(LAST.name(), CHUNK.name());
    }

    @Test
    void goesOnWithTheNextWhenTheOneItReadsIsRemoved() throws IOException {
        try (Verifier verifier = verifier(CRAWL)) {
            verifier.add(CHUNK);
            await().atMost(GENEROUS).until(() -> opened.contains(CHUNK.name() + "/blocks.parquet"));

            verifier.remove(CHUNK);
            Files.move(data.resolve(CHUNK.relativePath()), data.resolve("elsewhere"));
            verifier.add(LAST);
            await().atMost(GENEROUS).until(() -> opened.contains(LAST.name() + "/blocks.parquet"));
        }
        assertThat(opened).hasSize(2);
        assertThat(heard.damaged).isEmpty();
    }

    @Test
    void beginsAnewWithADirectoryThatComesBack() throws IOException {
        Files.delete(data.resolve(CHUNK.relativePath()).resolve("empty"));
        try (Verifier verifier = verifier(FLAT_OUT)) {
            for (int i = 1; i <= 3; i++) {
                int times = i;
                verifier.add(CHUNK);
                await().atMost(GENEROUS).until(() -> heard.damaged.size() == times);
                verifier.remove(CHUNK);
            }
        }
    }

    @Test
    void takesAFileThatCannotBeReadAgainAndAgainForDamaged() {
        AtomicInteger tries = new AtomicInteger();

        try (Verifier verifier = new Verifier(
                store, heard, FLAT_OUT, path -> failing("Input/output error", tries), Duration.ofMillis(1))) {
            verifier.add(CHUNK);
            await().atMost(GENEROUS).until(() -> !heard.damaged.isEmpty());
        }

        assertThat(heard.damaged).containsExactly(CHUNK.name() + ": cannot be read: Input/output error");
        assertThat(tries).hasValue(4);
    }

    @Test
    void forgivesAReadThatFailsOnce() {
        AtomicInteger tries = new AtomicInteger();

        try (Verifier verifier = new Verifier(
                store,
                heard,
                FLAT_OUT,
                path -> tries.get() == 0 ? failing("Input/output error", tries) : record(path),
                Duration.ofMillis(1))) {
            verifier.verify(CHUNK, Set.of());
            await().atMost(GENEROUS).until(() -> !heard.verified.isEmpty());
        }

        assertThat(heard.damaged).isEmpty();
        assertThat(heard.verified).containsExactly(FILES);
    }

    @Test
    void doesNotBlameAChunkForWhatTheProcessLacks() {
        AtomicInteger tries = new AtomicInteger();

        try (Verifier verifier = new Verifier(
                store,
                heard,
                FLAT_OUT,
                path -> tries.get() < 10 ? failing("Too many open files", tries) : record(path),
                Duration.ofMillis(1))) {
            verifier.verify(CHUNK, Set.of());
            await().atMost(GENEROUS).until(() -> !heard.verified.isEmpty());
        }

        assertThat(heard.damaged).isEmpty();
    }

    @Test
    void findsAFileThatGrowsWhileItIsRead() {
        try (Verifier verifier = new Verifier(store, heard, FLAT_OUT, path -> endless(), Duration.ofMillis(1))) {
            verifier.add(CHUNK);
            await().atMost(GENEROUS).until(() -> !heard.damaged.isEmpty());
        }

        assertThat(heard.damaged).singleElement().asString().contains("has more");
    }

    @Test
    void survivesAListenerThatThrows() {
        Verifier.Listener defective = new Verifier.Listener() {
            @Override
            public void inspected(ChunkDirectory directory, Optional<List<StoredFile>> files) {
                throw new IllegalStateException("a defect, for the test");
            }

            @Override
            public void verified(ChunkDirectory directory, List<StoredFile> files) {
                heard.verified(directory, files);
            }

            @Override
            public void damaged(ChunkDirectory directory, String message) {}
        };

        try (Verifier verifier = new Verifier(store, defective, FLAT_OUT)) {
            verifier.inspect(CHUNK);
            verifier.verify(CHUNK, Set.of());
            await().atMost(GENEROUS).until(() -> !heard.verified.isEmpty());
        }
    }

    private Verifier verifier(long maxBytesPerSecond) {
        return new Verifier(store, heard, maxBytesPerSecond, this::record, Duration.ofMillis(1));
    }

    private ReadableByteChannel record(Path path) throws IOException {
        opened.add(path.getName(path.getNameCount() - 2) + "/" + path.getFileName());
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    private static ReadableByteChannel failing(String message, AtomicInteger tries) {
        return new Source() {
            @Override
            public int read(ByteBuffer into) throws IOException {
                tries.incrementAndGet();
                throw new IOException(message);
            }
        };
    }

    private static ReadableByteChannel endless() {
        return new Source() {
            @Override
            public int read(ByteBuffer into) {
                int bytes = into.remaining();
                into.position(into.limit());
                return bytes;
            }
        };
    }

    /** A channel that is open for ever. */
    private abstract static class Source implements ReadableByteChannel {
        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
