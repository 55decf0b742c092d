package io.datachunk.reader.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormatTest {
    private static final UUID BOOT = UUID.randomUUID();
    private static final UUID VOLUME = UUID.randomUUID();
    private static final ChunkDirectory CHUNK = new ChunkDirectory(
            DatasetId.parse("0a".repeat(32)), new BlockRange(7, -9), ChunkId.parse("f1".repeat(32)), 3);

    @TempDir
    private Path directory;

    private MappedByteBuffer zeros(String name, long bytes) throws IOException {
        return Mapping.create(directory.resolve(name), bytes);
    }

    @Test
    void namesAChunksDirectoryAndReadsTheNameBack() {
        assertThat(CHUNK.relativePath())
                .isEqualTo("chunks/" + "0a".repeat(32) + "/7-18446744073709551607-" + "f1".repeat(32) + ".3");
        assertThat(ChunkDirectory.parse(CHUNK.dataset(), CHUNK.name())).isEqualTo(Optional.of(CHUNK));
    }

    @Test
    void takesNoOtherNameForAChunks() {
        String id = "f1".repeat(32);
        for (String wrong : List.of(
                "07-9-" + id + ".1",
                "7-7-" + id + ".1",
                "9-7-" + id + ".1",
                "7-9-" + id + ".0",
                "7-9-" + id + ".01",
                "7-9-" + id,
                "7-9-" + id.toUpperCase(java.util.Locale.ROOT) + ".1",
                "7-18446744073709551616-" + id + ".1",
                "-7-9-" + id + ".1",
                " 7-9-" + id + ".1",
                "7-9-" + id + ".1/",
                "7-9-" + id.substring(2) + ".1")) {
            assertThat(ChunkDirectory.parse(CHUNK.dataset(), wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void readsTheRootThatItWrote() throws IOException {
        new RootFile(zeros("root", RootFile.BYTES)).write(BOOT, VOLUME, 4);

        RootFile read = new RootFile(Mapping.map(directory.resolve("root"), false));
        assertThat(read.isRoot()).isTrue();
        assertThat(read.abi()).isEqualTo(StateDirectory.ABI);
        assertThat(read.boot()).isEqualTo(BOOT);
        assertThat(read.volume()).isEqualTo(VOLUME);
        assertThat(read.epoch()).isEqualTo(4);
        assertThat(Files.readString(directory.resolve("root"), StandardCharsets.ISO_8859_1))
                .startsWith("DCHKROOT");
    }

    @Test
    void readsTheStateThatItWrote() throws IOException {
        RootFile root = new RootFile(zeros("root", RootFile.BYTES));
        root.write(BOOT, VOLUME, 4);
        StateFile written = StateFile.write(zeros("state", StateFile.bytes(8)), 8, 4, 2, root);
        written.setDirectory(5, CHUNK);
        written.setSlotWord(5, SlotWord.of(9, SlotWord.LIVE));
        written.publish(17);
        written.beat();

        MappedByteBuffer buffer = Mapping.map(directory.resolve("state"), false);
        assertThat(StateFile.isUsable(buffer, BOOT, VOLUME)).isTrue();
        assertThat(StateFile.isUsable(buffer, VOLUME, BOOT)).isFalse();
        StateFile read = StateFile.of(buffer);
        assertThat(read.capacity()).isEqualTo(8);
        assertThat(read.epoch()).isEqualTo(4);
        assertThat(read.pinningEpoch()).isEqualTo(2);
        assertThat(read.directory(5)).isEqualTo(CHUNK);
        assertThat(read.hasId(5, CHUNK.id())).isTrue();
        assertThat(read.hasId(4, CHUNK.id())).isFalse();
        assertThat(SlotWord.generation(read.slotWord(5))).isEqualTo(9);
        assertThat(read.current()).isEqualTo(17);
        assertThat(read.heartbeat()).isEqualTo(1);
    }

    @Test
    void believesASnapshotUntilAThirdNewerOne() throws IOException {
        StateFile state = StateFile.write(
                zeros("state", StateFile.bytes(8)), 8, 1, 0, new RootFile(zeros("root", RootFile.BYTES)));
        state.publish(10);

        assertThat(state.isFresh(10)).isTrue();
        assertThat(state.isFresh(8)).isTrue();
        assertThat(state.isFresh(7)).isFalse();
        state.supersede();
        assertThat(state.current()).isNegative();
        assertThat(state.isFresh(10)).isFalse();
        assertThat(state.isFresh(0)).isFalse();
    }

    @Test
    void countsOnEveryStripe() throws IOException {
        ReaderFile.Owner owner = new ReaderFile.Owner(42, "hôst", "java " + "x".repeat(5_000));
        ReaderFile file = ReaderFile.write(zeros("r.refs", ReaderFile.bytes(8)), 8, 3, owner);
        file.add(0, 7, 1);
        file.add(3, 7, 2);
        file.add(3, 0, 1);
        file.add(3, 0, -1);

        MappedByteBuffer buffer = Mapping.map(directory.resolve("r.refs"), false);
        assertThat(ReaderFile.isUsable(buffer)).isTrue();
        ReaderFile read = ReaderFile.of(buffer);
        assertThat(read.epoch()).isEqualTo(3);
        assertThat(read.owner().pid()).isEqualTo(42);
        assertThat(read.owner().host()).isEqualTo("hôst");
        assertThat(read.owner().command()).hasSize(1_020).startsWith("java x");
        assertThat(read.references(7)).isEqualTo(3);
        assertThat(read.holds(7)).isTrue();
        assertThat(read.holds(0)).isFalse();
        assertThat(read.holdsAnything()).isTrue();
        file.add(0, 7, -1);
        file.add(3, 7, -2);
        assertThat(read.holdsAnything()).isFalse();
    }

    @Test
    void tellsWhatIsNotOneOfItsFiles() throws IOException {
        assertThat(new RootFile(zeros("root", RootFile.BYTES)).isRoot()).isFalse();
        assertThat(new RootFile(zeros("short", 8)).isRoot()).isFalse();
        assertThat(StateFile.isUsable(zeros("state", StateFile.bytes(8)), BOOT, VOLUME))
                .isFalse();
        assertThat(ReaderFile.isUsable(zeros("empty", 0))).isFalse();
        assertThat(ReaderFile.isUsable(zeros("reader", ReaderFile.bytes(8)))).isFalse();
        MappedByteBuffer longer = zeros("longer", ReaderFile.bytes(8) + 1);
        ReaderFile.write(longer, 8, 3, new ReaderFile.Owner(1, "", ""));
        assertThat(ReaderFile.isUsable(longer)).isFalse();
    }

    @Test
    void writesItsZeros() throws IOException {
        zeros("zeros", 200_000);

        assertThat(Files.size(directory.resolve("zeros"))).isEqualTo(200_000);
        assertThatThrownBy(() -> zeros("zeros", 1)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void namesTheEpochOfAStateFile() {
        StateDirectory state = new StateDirectory(directory);

        assertThat(StateDirectory.epochOf(state.state(12))).hasValue(12);
        assertThat(StateDirectory.epochOf(directory.resolve("state.x"))).isEmpty();
        assertThat(StateDirectory.epochOf(state.root())).isEmpty();
    }

    @Test
    void aSlotOfAnotherGenerationIsAnotherChunk() {
        long word = SlotWord.of(0x1_02, SlotWord.LIVE);
        int chunk = SlotWord.chunk(77, word);

        assertThat(SlotWord.slotOf(chunk)).isEqualTo(77);
        assertThat(SlotWord.isLive(word, chunk)).isTrue();
        assertThat(SlotWord.isLive(SlotWord.of(0x1_02, SlotWord.RETIRING), chunk))
                .isFalse();
        assertThat(SlotWord.isLive(SlotWord.of(0x1_03, SlotWord.LIVE), chunk)).isFalse();
        assertThat(SlotWord.chunk(StateFile.MAX_CAPACITY - 1, SlotWord.of(255, SlotWord.LIVE)))
                .isPositive();
    }
}
