package io.datachunk.manager.state;

import static io.datachunk.manager.state.Fixtures.QUICK;
import static io.datachunk.manager.state.Fixtures.VOLUME;
import static io.datachunk.manager.state.Fixtures.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.datachunk.manager.Holder;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.Indexes;
import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manager and one reader that is another process. */
class OtherProcessTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final ChunkDirectory CHUNK = chunk(1, 100, 200);

    @TempDir
    private Path data;

    private Path state;

    @BeforeEach
    void state() {
        state = data.resolve("state");
    }

    private PublishedIndex publish() throws IOException {
        PublishedIndex published = PublishedIndex.open(state, VOLUME, 0, QUICK);
        published.change(List.of(), List.of());
        published.change(List.of(CHUNK), List.of());
        return published;
    }

    private TalkingProcess holder(String way) throws IOException {
        return TalkingProcess.start(List.of(), ObedientHolder.class, data, state, way, 150);
    }

    private static void awaitHolding(TalkingProcess holder) {
        await().atMost(PATIENCE).until(() -> {
            assertThat(holder.isAlive()).as("%s", holder.said()).isTrue();
            return holder.hasHeld();
        });
    }

    private static void awaitDrained(PublishedIndex published) {
        await().atMost(PATIENCE).until(() -> published.drained().equals(List.of(CHUNK)));
    }

    /** For much longer than a dead process's heartbeat needs to be still. */
    private static void assertStaysHeld(PublishedIndex published) {
        await().during(QUICK.deadAfter().multipliedBy(3))
                .atMost(PATIENCE)
                .until(() -> published.drained().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"counting", "pinning"})
    void keepsWhatAStoppedProcessHoldsUntilItGoesOnAndCloses(String way) throws Exception {
        try (PublishedIndex published = publish();
                TalkingProcess holder = holder(way)) {
            awaitHolding(holder);
            holder.signal("STOP");
            published.change(List.of(), List.of(CHUNK));

            assertStaysHeld(published);

            holder.signal("CONT");
            holder.say(ObedientHolder.CLOSE);
            awaitDrained(published);
            assertThat(holder.isAlive()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"counting", "pinning"})
    void releasesWhatAKilledProcessHeld(String way) throws Exception {
        try (PublishedIndex published = publish();
                TalkingProcess holder = holder(way)) {
            awaitHolding(holder);
            published.change(List.of(), List.of(CHUNK));
            assertStaysHeld(published);

            holder.kill();

            awaitDrained(published);
            assertThat(published.holders()).isEmpty();
            assertThat(state.resolve("readers")).isEmptyDirectory();
        }
    }

    @Test
    void releasesWhatAProcessHeldThatWasKilledWhileNoManagerRan() throws Exception {
        PublishedIndex first = publish();
        try (TalkingProcess holder = holder("counting")) {
            awaitHolding(holder);
            first.change(List.of(), List.of(CHUNK));
            first.close();
            holder.kill();
        }

        try (PublishedIndex second = PublishedIndex.open(state, VOLUME, 0, QUICK)) {
            awaitDrained(second);
        }
    }

    @Test
    void saysWhichProcessHoldsAChunkAndSinceWhen() throws Exception {
        try (PublishedIndex published = publish();
                TalkingProcess holder = holder("counting")) {
            awaitHolding(holder);
            Instant before = Instant.now();
            published.change(List.of(), List.of(CHUNK));
            assertThat(published.drained()).isEmpty();
            Instant after = Instant.now();

            assertStaysHeld(published);

            assertThat(published.holders().get(CHUNK))
                    .singleElement()
                    .isInstanceOfSatisfying(Holder.Counted.class, by -> {
                        assertThat(by.pid()).isEqualTo(holder.pid());
                        assertThat(by.command()).contains(ObedientHolder.class.getName());
                        assertThat(by.host()).isEqualTo(hostName());
                        assertThat(by.since()).isBetween(before, after);
                        assertThat(by.references()).isEqualTo(1);
                    });
        }
    }

    /** Whoever changes a find so that the compiler does not see through it any more learns it here. */
    @Test
    void aReferenceThatStaysInALoopTakesNoMemory() throws Exception {
        try (PublishedIndex published = publish();
                TalkingProcess reader = TalkingProcess.startToRunFast(LoopingReader.class, data, state, 150)) {
            await().atMost(PATIENCE).until(() -> {
                assertThat(reader.isAlive() || !reader.said().isEmpty()).isTrue();
                return reader.said().equals(List.of(LoopingReader.NOTHING));
            });
            assertThat(published.holders()).isEmpty();
        }
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void anIndexInTheManagersProcessLeavesTheManagerItsLock() throws Exception {
        try (PublishedIndex published = publish()) {
            for (ChunkIndex index : List.of(Indexes.counting(data, state), Indexes.pinning(data, state))) {
                index.close();
            }
            published.drained();

            assertThatThrownBy(() -> LockHolder.start(new StateDirectory(state).agentLock()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no lock");
        }
    }

    /** A reader that finds no manager has a lock for ten seconds; one that came after the other would keep it for ever. */
    @Test
    void aManagerThatBeginsIsNotKeptOutByReadersThatWatchForOne() throws Exception {
        publish().close();
        StateDirectory directory = new StateDirectory(state);
        try (TalkingProcess _ = TalkingProcess.start(List.of(), HolderProcess.class, data, state, "watching", 1)) {
            try (LockFile lock = LockFile.open(directory.agentLock(), true)) {
                await().atMost(PATIENCE).until(() -> {
                    var taken = lock.tryLock(StateDirectory.AGENT_BYTE, 1, false);
                    if (taken.isPresent()) {
                        taken.get().release();
                    }
                    return taken.isEmpty();
                });
            }

            // Half as patient as the reader watches for.
            StateTimes times = StateTimes.DEFAULTS;
            PublishedIndex.open(
                            state,
                            VOLUME,
                            0,
                            new StateTimes(
                                    Duration.ofSeconds(5),
                                    times.tick(),
                                    times.graceTicks(),
                                    times.deadAfter(),
                                    times.mostPerProbe()))
                    .close();
        }
    }
}
