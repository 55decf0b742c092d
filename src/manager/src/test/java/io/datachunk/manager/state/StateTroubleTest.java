package io.datachunk.manager.state;

import static io.datachunk.manager.state.Fixtures.QUICK;
import static io.datachunk.manager.state.Fixtures.VOLUME;
import static io.datachunk.manager.state.Fixtures.chunk;
import static io.datachunk.manager.state.Fixtures.dataset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.datachunk.manager.Holder;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.Indexes;
import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.Mapping;
import io.datachunk.reader.format.RootFile;
import io.datachunk.reader.format.StateDirectory;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to the state files behind the backs of those who use them. */
@SuppressWarnings("try")
class StateTroubleTest {
    private static final ChunkDirectory CHUNK = chunk(1, 100, 200);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path data;

    private Path state;
    private StateDirectory directory;

    @BeforeEach
    void directory() {
        state = data.resolve("state");
        directory = new StateDirectory(state);
    }

    private PublishedIndex open() throws IOException {
        PublishedIndex published = PublishedIndex.open(state, VOLUME, 0, QUICK);
        published.change(List.of(), List.of());
        return published;
    }

    private ChunkIndex index(boolean counting) throws IOException {
        return counting ? Indexes.counting(data, state) : Indexes.pinning(data, state);
    }

    private static void find(ChunkIndex index) {
        index.find(dataset(1), 150).orElseThrow().close();
    }

    private void wipe() throws IOException {
        try (var files = Files.walk(state)) {
            for (Path file : files.sorted(Comparator.reverseOrder())
                    .filter(file -> !file.equals(state))
                    .toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsAHeldChunkWhenTheDirectoryIsWiped(boolean counting) throws IOException {
        try (PublishedIndex published = open();
                ChunkIndex index = index(counting)) {
            published.change(List.of(CHUNK), List.of());
            ChunkRef held = index.find(dataset(1), 150).orElseThrow();
            published.change(List.of(), List.of(CHUNK));

            synchronized (published) { // else it might make the directory again while this goes on
                wipe();
            }

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(published.drained()).isEmpty();
                assertThat(directory.root()).exists();
            });
            ChunkDirectory other = chunk(2, 300, 400);
            published.change(List.of(other), List.of());
            index.find(dataset(1), 350).orElseThrow().close();
            await().pollDelay(Duration.ofSeconds(1)).atMost(PATIENCE).untilAsserted(() -> {
                assertThat(published.drained()).isEmpty();
                assertThat(published.holders()).containsKey(CHUNK);
            });
            held.close();
            await().atMost(PATIENCE).until(() -> published.drained().equals(List.of(CHUNK)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void carriesReferencesOverWhenTheDirectoryIsWipedBetweenTwoManagers(boolean counting) throws IOException {
        PublishedIndex first = open();
        first.change(List.of(CHUNK), List.of());
        try (ChunkIndex index = index(counting)) {
            ChunkRef held = index.find(dataset(1), 150).orElseThrow();
            first.close();
            wipe();
            try (PublishedIndex second = PublishedIndex.open(state, VOLUME, 0, QUICK)) {
                assertThat(second.remembered()).isEmpty();
                second.change(List.of(chunk(7, 0, 1), CHUNK), List.of());
                second.change(List.of(), List.of(CHUNK));

                assertThat(second.drained()).isEmpty();
                await().atMost(PATIENCE).until(() -> second.holders().containsKey(CHUNK));
                await().pollDelay(Duration.ofSeconds(1))
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(second.drained()).isEmpty());
                held.close();
                await().atMost(PATIENCE).until(() -> second.drained().equals(List.of(CHUNK)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readersOfAnUnreadableStateHoldEverythingUntilTheyHaveCarriedOver(boolean counting) throws IOException {
        PublishedIndex first = open();
        first.change(List.of(chunk(9, 900, 901), CHUNK), List.of());
        try (ChunkIndex index = index(counting)) {
            ChunkRef held = index.find(dataset(1), 150).orElseThrow();
            first.close();
            Files.delete(directory.root());
            try (PublishedIndex second = PublishedIndex.open(state, VOLUME, 0, QUICK)) {
                assertThat(second.remembered()).isEmpty();
                second.change(List.of(CHUNK), List.of());
                ChunkDirectory unheld = chunk(2, 300, 400);
                second.change(List.of(unheld), List.of());

                second.change(List.of(), List.of(CHUNK, unheld));

                assertThat(second.drained()).isEmpty();
                held.close();
                await().atMost(PATIENCE).untilAsserted(() -> {
                    second.drained();
                    assertThat(second.remembered()).isEmpty();
                    assertThat(Files.exists(state.resolve("pins.1"))).isFalse();
                });
                await().atMost(PATIENCE).untilAsserted(() -> {
                    second.drained();
                    assertThat(second.holders()).isEmpty();
                });
            }
        }
    }

    @Test
    void refusesAStateOfAnotherVersionAndSaysWhichItUnderstands() throws IOException {
        open().close();
        Mapping.map(directory.root(), true).putInt(8, 77);

        assertThatThrownBy(() -> ChunkIndex.open(data, state))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("77")
                .hasMessageContaining("version " + StateDirectory.ABI);
    }

    @Test
    void makesANewStateInPlaceOfOneOfAnotherVersion() throws IOException {
        open().close();
        Mapping.map(directory.root(), true).putInt(8, 77);

        try (PublishedIndex published = open();
                ChunkIndex index = ChunkIndex.open(data, state)) {
            published.change(List.of(CHUNK), List.of());
            find(index);
        }
    }

    @Test
    void discardsTheStateOfAnotherBoot() throws IOException {
        try (PublishedIndex published = open()) {
            published.change(List.of(CHUNK), List.of());
        }
        Files.createFile(directory.readers().resolve("left.refs"));
        UUID otherBoot = UUID.randomUUID();
        new RootFile(Mapping.map(directory.root(), true)).write(otherBoot, VOLUME, 1);

        assertThat(PublishedIndex.rememberedVolume(state)).isEmpty();
        assertThatThrownBy(() -> ChunkIndex.open(data, state))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("since this machine was started");
        try (PublishedIndex published = open()) {
            assertThat(published.remembered()).isEmpty();
            assertThat(directory.readers()).isEmptyDirectory();
            published.change(List.of(CHUNK), List.of());
            published.change(List.of(), List.of(CHUNK));
            assertThat(published.drained()).containsExactly(CHUNK);
        }
    }

    @Test
    void doesNotRememberTheChunksOfAnotherVolume() throws IOException {
        try (PublishedIndex published = open()) {
            published.change(List.of(CHUNK), List.of());
        }

        try (PublishedIndex other = PublishedIndex.open(state, UUID.randomUUID(), 0, QUICK)) {
            assertThat(other.remembered()).isEmpty();
        }
    }

    @Test
    void saysWhereNoAgentHasRun() throws IOException {
        assertThatThrownBy(() -> ChunkIndex.open(data, state))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(state.toString())
                .hasMessageContaining("no agent has run here");
        Files.createDirectory(state);
        assertThatThrownBy(() -> ChunkIndex.open(data, state))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(state.toString());
        assertThat(PublishedIndex.rememberedVolume(state)).isEmpty();
    }

    @Test
    void opensWhileTheManagerIsDown() throws IOException {
        try (PublishedIndex published = open()) {
            published.change(List.of(CHUNK), List.of());
        }

        try (ChunkIndex index = index(true)) {
            find(index);
        }
    }

    @Test
    void refusesAManagerWhoseLocksItDoesNotSee() throws IOException {
        open().close();
        // The heartbeat moves although agent.lock is free: as it looks from within another kernel.
        var file = Mapping.map(directory.state(1), true);
        var stateFile = io.datachunk.reader.format.StateFile.of(file);
        Thread beating = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                stateFile.beat();
                java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
            }
        });
        beating.start();
        try {
            assertThatThrownBy(() -> index(true))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("does not share file locks");
        } finally {
            beating.interrupt();
        }
    }

    @Test
    void refusesASecondManager() throws IOException {
        try (PublishedIndex published = open()) {
            assertThat(published.remembered()).isEmpty();
            assertThatThrownBy(() -> PublishedIndex.open(state, VOLUME, 0, QUICK))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another agent");
        }
        open().close();
    }

    @Test
    void aReaderOfAnUnknownFormatHoldsEverythingWhileItIsLocked() throws Exception {
        try (PublishedIndex published = open();
                LockHolder holder = LockHolder.start(newFile("future.refs"))) {
            published.change(List.of(CHUNK), List.of());
            published.change(List.of(), List.of(CHUNK));
            await().pollDelay(Duration.ofMillis(700))
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(published.drained()).isEmpty());

            holder.kill();

            await().atMost(PATIENCE).until(() -> published.drained().equals(List.of(CHUNK)));
            assertThat(directory.readers()).isEmptyDirectory();
        }
    }

    @Test
    void removesUnfinishedFilesOfDeadReaders() throws IOException {
        try (PublishedIndex published = open()) {
            newFile("left.tmp");

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(published.drained()).isEmpty();
                assertThat(directory.readers()).isEmptyDirectory();
            });
        }
    }

    private Path newFile(String name) throws IOException {
        return Files.writeString(directory.readers().resolve(name), "something that nobody understands");
    }

    @Test
    void saysThatAChunkIsPinned() throws IOException {
        try (PublishedIndex published = open();
                ChunkIndex index = index(false)) {
            published.change(List.of(CHUNK), List.of());
            ChunkRef held = index.find(dataset(1), 150).orElseThrow();

            published.change(List.of(), List.of(CHUNK));

            assertThat(published.holders()).containsEntry(CHUNK, List.of(new Holder.Pinned()));
            held.close();
            assertThat(published.drained()).containsExactly(CHUNK);
        }
    }

    @Test
    void givesAnIdlePinBackWhenItsChunkIsRetired() throws IOException {
        try (PublishedIndex published = open();
                ChunkIndex index = index(false)) {
            published.change(List.of(CHUNK), List.of());
            find(index);

            published.change(List.of(), List.of(CHUNK));

            await().atMost(PATIENCE).until(() -> published.drained().equals(List.of(CHUNK)));
        }
    }

    /** A snapshot that is torn is looked at again; one that is nonsense and stays so would be looked at for ever. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysThatASnapshotIsNonsense(boolean alreadyFound) throws IOException {
        try (PublishedIndex published = open();
                ChunkIndex index = index(true)) {
            published.change(List.of(CHUNK), List.of());
            if (alreadyFound) {
                find(index);
            }
            MappedByteBuffer file = Mapping.map(directory.state(1), true);
            int slots = 4_096; // behind what says that this is a state, and which is the newest snapshot
            byte[] nonsense = new byte[file.capacity() - slots];
            Arrays.fill(nonsense, (byte) 0x7e);

            file.put(slots, nonsense);

            assertThatThrownBy(() -> find(index))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(data.toString())
                    .hasMessageContaining("damaged around block 150")
                    .hasMessageContaining("start the agent again");
        }
    }
}
