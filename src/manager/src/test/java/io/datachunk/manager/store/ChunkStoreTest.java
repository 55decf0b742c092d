package io.datachunk.manager.store;

import static io.datachunk.manager.store.Samples.FILES;
import static io.datachunk.manager.store.Samples.directory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datachunk.manager.StoredFile;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkStoreTest {
    private static final ChunkDirectory CHUNK = directory(1, 7);

    @TempDir
    Path data;

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
    void publishesUnderTheNameThatIsTheRecord() throws IOException {
        Samples.publish(store, CHUNK);

        Path complete = data.resolve(CHUNK.relativePath());
        assertThat(complete.toFile().list())
                .containsExactlyInAnyOrder("blocks.parquet", "logs.parquet", "empty", ".chunk.json");
        assertThat(complete.resolve("blocks.parquet")).hasBinaryContent(Samples.BLOCKS);
        assertThat(store.staging(CHUNK)).doesNotExist();
        assertThat(store.record(CHUNK)).isEqualTo(FILES);
        assertThat(store.list(staging -> true)).isEqualTo(new ChunkStore.Found(List.of(CHUNK), List.of()));
    }

    @Test
    void writesARecordThatALaterFormatCanTellApart() throws IOException {
        Samples.publish(store, CHUNK);

        assertThat(data.resolve(CHUNK.relativePath()).resolve(".chunk.json"))
                .content()
                .startsWith("{\"format\":1,\"files\":[{\"name\":\"blocks.parquet\",\"sizeBytes\":11,\"crc32c\":\"")
                .contains("\"sha256\":\"" + Samples.sha256(Samples.BLOCKS).hex())
                .contains("{\"name\":\"empty\",\"sizeBytes\":0,\"crc32c\":\"00000000\"}");
    }

    @Test
    void publishesTwiceWithTheSameFilesAsIfOnce() throws IOException {
        Samples.publish(store, CHUNK);

        store.publish(CHUNK, FILES);

        assertThatThrownBy(() -> store.publish(CHUNK, List.of(Samples.LOGS_FILE)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.publish(directory(1, 8), FILES)).isInstanceOf(IOException.class);
        assertThat(store.record(CHUNK)).isEqualTo(FILES);
    }

    @Test
    void publishesAfterACrashThatLeftTheRecordInStaging() throws IOException {
        Path staging = Samples.download(store, CHUNK);
        Files.writeString(staging.resolve(".chunk.json"), "{\"format\":1,\"files\":[{\"na".repeat(100));

        store.publish(CHUNK, FILES);

        assertThat(store.record(CHUNK)).isEqualTo(FILES);
    }

    @Test
    void neverPublishesWhatIsNotWhole() throws IOException {
        Path staging = Samples.download(store, CHUNK);
        Files.write(staging.resolve("logs.parquet"), new byte[3]);
        assertThatThrownBy(() -> store.publish(CHUNK, FILES)).hasMessageContaining("logs.parquet");

        Files.delete(staging.resolve("logs.parquet"));
        assertThatThrownBy(() -> store.publish(CHUNK, FILES)).hasMessageContaining("logs.parquet");

        Files.createSymbolicLink(staging.resolve("logs.parquet"), data.resolve(".volume"));
        StoredFile asLong = new StoredFile("logs.parquet", Files.size(data.resolve(".volume")), 0, Optional.empty());
        assertThatThrownBy(() -> store.publish(CHUNK, List.of(asLong))).hasMessageContaining("logs.parquet");

        assertThat(data.resolve(CHUNK.relativePath())).doesNotExist();
        assertThat(staging.resolve(".resume.json")).exists();
    }

    @Test
    void neverPublishesOverSomethingElse() throws IOException {
        Samples.publish(store, CHUNK);
        Samples.download(store, CHUNK);
        Files.writeString(data.resolve(CHUNK.relativePath()).resolve("blocks.parquet"), "other");

        assertThatThrownBy(() -> store.publish(CHUNK, FILES)).isInstanceOf(IOException.class);

        assertThat(data.resolve(CHUNK.relativePath()).resolve("blocks.parquet")).hasContent("other");
    }

    @Test
    void listsPartialsOfEveryDatasetAndThrowsTheOthersAway() throws IOException {
        ChunkDirectory resumable = directory(1, 1);
        ChunkDirectory sameIdElsewhere = directory(2, 1);
        ChunkDirectory torn = directory(1, 2);
        for (ChunkDirectory each : List.of(resumable, sameIdElsewhere)) {
            Samples.download(store, each);
        }
        store.prepare(torn);
        Files.createFile(store.staging(directory(1, 3)));

        ChunkStore.Found found = store.list(staging -> Files.exists(staging.resolve(".resume.json")));

        assertThat(found.partial()).containsExactlyInAnyOrder(resumable, sameIdElsewhere);
        assertThat(store.staging(torn)).doesNotExist();
        assertThat(store.staging(directory(1, 3))).doesNotExist();
        assertThat(data.resolve("trash").toFile().list()).hasSize(2);
    }

    @Test
    void leavesAloneWhatIsNotOurs() throws IOException {
        Samples.publish(store, CHUNK);
        Path dataset = data.resolve("chunks/" + CHUNK.dataset());
        List<Path> strangers = new ArrayList<>();
        strangers.add(Files.createDirectory(data.resolve("backup")));
        strangers.add(Files.createDirectory(data.resolve("chunks/notes")));
        strangers.add(Files.createDirectory(
                data.resolve("chunks/" + CHUNK.dataset().toString().replace('0', 'A'))));
        strangers.add(Files.createDirectory(dataset.resolve("0100-0200-" + CHUNK.id() + ".1")));
        strangers.add(Files.createDirectory(dataset.resolve("200-100-" + CHUNK.id() + ".1")));
        strangers.add(Files.createFile(dataset.resolve(CHUNK.name() + ".bak")));
        strangers.add(Files.createDirectory(data.resolve("staging").resolve(CHUNK.name())));
        strangers.add(Files.createFile(data.resolve("staging/x")));
        strangers.add(Files.createDirectory(data.resolve("trash/keep")));

        ChunkStore.Found found = store.list(staging -> false);

        assertThat(found).isEqualTo(new ChunkStore.Found(List.of(CHUNK), List.of()));
        assertThat(strangers).allSatisfy(path -> assertThat(path).exists());
    }

    @Test
    void followsNoLink() throws IOException {
        Path elsewhere = Files.createDirectory(data.resolve("elsewhere"));
        Files.createDirectory(elsewhere.resolve(CHUNK.name()));
        Path file = Files.writeString(elsewhere.resolve("file"), "precious");
        Files.createSymbolicLink(data.resolve("chunks/" + CHUNK.dataset()), elsewhere);
        Files.createSymbolicLink(store.staging(CHUNK), elsewhere);

        ChunkStore.Found found = store.list(staging -> true);

        assertThat(found).isEqualTo(new ChunkStore.Found(List.of(), List.of()));
        assertThatThrownBy(() -> store.publish(CHUNK, FILES)).isInstanceOf(IOException.class);
        Files.createSymbolicLink(store.staging(CHUNK), elsewhere);
        assertThatThrownBy(() -> store.prepare(CHUNK)).hasMessageContaining("is not a directory");
        assertThat(file).hasContent("precious");
    }

    @Test
    void refusesToReadARecordThatPointsOutsideOfItsDirectory() throws IOException {
        Samples.publish(store, CHUNK);
        for (String bad : List.of(
                "",
                "null",
                "[]",
                "{\"format\":2,\"files\":[]}",
                "{\"format\":1}",
                "{\"format\":1,\"files\":[null]}",
                "{\"format\":1,\"files\":[{\"name\":\"a\",\"sizeBytes\":1}]}",
                "{\"format\":1,\"files\":[{\"name\":\"a\",\"sizeBytes\":-1,\"crc32c\":\"00000000\"}]}",
                "{\"format\":1,\"files\":[{\"name\":\"a\",\"sizeBytes\":1,\"crc32c\":\"0000000x\"}]}",
                "{\"format\":1,\"files\":[{\"name\":\"../a\",\"sizeBytes\":1,\"crc32c\":\"00000000\"}]}",
                "{\"format\":1,\"files\":[{\"name\":\"a\",\"sizeBytes\":1,\"crc32c\":\"00000000\",\"sha256\":\"7\"}]}")) {
            Files.writeString(data.resolve(CHUNK.relativePath()).resolve(".chunk.json"), bad);

            assertThatThrownBy(() -> store.record(CHUNK)).as(bad).isInstanceOf(DamagedException.class);
        }
    }
}
