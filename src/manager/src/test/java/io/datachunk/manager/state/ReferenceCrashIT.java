package io.datachunk.manager.state;

import static io.datachunk.manager.state.Fixtures.VOLUME;
import static io.datachunk.manager.state.Fixtures.dataset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.datachunk.manager.state.PublishedIndex.Remembered;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Processes that hold chunks are killed at random moments, and so is the manager: no directory is deleted while it is held,
 * none is left once its holder is dead, and no find of a covered block fails.
 *
 * <p>{@code -Ddatachunk.kills} says how many kills there are with counters, and as many with pins, half of those over
 * read-only mounts: 100 unless it is set, 1,000 in CI, 10,000 for when the protocol was touched.
 */
@ParameterizedClass
@EnumSource
class ReferenceCrashIT {
    private static final int KILLS = Integer.getInteger("datachunk.kills", 100);
    private static final int HOLDERS = 3;
    private static final int MANAGER_ONE_IN = 10;
    private static final int UNSETTLED_ONE_IN = 5;
    private static final int MOST_NANOS_BETWEEN = 30_000_000;
    private static final long CHUNKS_OF_A_MANAGER = 1_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private final Deque<TalkingProcess> holders = new ArrayDeque<>();

    /** Directories that killed processes held, and since when: their death, or that of the manager if it died later. */
    private final Map<Path, Long> bereft = new HashMap<>();

    private final long seed = Long.getLong("datachunk.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private Path data;
    private Path state;
    private TalkingProcess manager;
    private int managers;
    private int killed;
    private long longestNanos;
    private final WayOfHolding way;

    ReferenceCrashIT(WayOfHolding way) {
        this.way = way;
    }

    @BeforeEach
    void start() throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
        state = way.stateDirectory(directory);
        manager = startManager();
        await().atMost(PATIENCE).until(() -> !manager.said().isEmpty());
    }

    @AfterEach
    void end() throws IOException {
        holders.forEach(TalkingProcess::close);
        manager.close();
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Test
    void neitherDeletesWhatIsHeldNorLeavesWhatIsNot() throws Exception {
        int kills = way == WayOfHolding.COUNTERS ? KILLS : KILLS / 2;
        System.out.printf("%s: %d kills, seed %d%n", way, kills, seed);
        for (int i = 0; i < HOLDERS; i++) {
            startHolder();
        }
        await().atMost(PATIENCE).until(this::everyHolderHolds);
        assertThat(isEmpty(state.resolve("readers"))).isEqualTo(way != WayOfHolding.COUNTERS);

        for (int kill = 1; kill <= kills; kill++) {
            if (random.nextInt(MANAGER_ONE_IN) == 0) {
                manager.kill();
                manager = startManager();
                bereft.replaceAll((directory, since) -> System.nanoTime());
            } else {
                killAHolder();
                startHolder();
            }
            lookForTrouble();
        }
        for (int i = 0; i < HOLDERS; i++) {
            killAHolder();
        }
        await().atMost(PATIENCE).until(this::nothingIsBereft);
        lookForTrouble();
        manager.kill();
        assertNothingIsLeft();

        System.out.printf(
                "%s: %d kills of holders, %d of managers: the last directory went %.1f s after its holder's or the"
                        + " manager's death (aim: 5 s)%n",
                way, killed, managers, longestNanos / 1e9);
    }

    private TalkingProcess startManager() throws IOException {
        managers++;
        return TalkingProcess.start(
                List.of(), ChurningManager.class, data, state, random.nextLong(), managers * CHUNKS_OF_A_MANAGER);
    }

    private void startHolder() throws Exception {
        holders.add(way.start(data, state, directory, random.nextLong()));
    }

    private boolean everyHolderHolds() {
        lookForTrouble();
        return holders.stream().allMatch(TalkingProcess::hasHeld);
    }

    /** Mostly one that holds something, and at times one that has just been started. */
    private void killAHolder() throws Exception {
        boolean settled = random.nextInt(UNSETTLED_ONE_IN) > 0;
        TalkingProcess victim = settled ? holders.removeFirst() : holders.removeLast();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> {
            lookForTrouble(victim);
            return !settled || victim.hasHeld();
        });
        LockSupport.parkNanos(random.nextInt(MOST_NANOS_BETWEEN));
        lookForTrouble(victim);
        for (Path held : victim.kill()) {
            bereft.put(held, System.nanoTime());
        }
        killed++;
    }

    private void lookForTrouble() {
        holders.forEach(ReferenceCrashIT::lookForTrouble);
        lookForTrouble(manager);
        nothingIsBereft();
    }

    private static void lookForTrouble(TalkingProcess process) {
        assertThat(process.isAlive()).as("%s", process.said()).isTrue();
    }

    private boolean nothingIsBereft() {
        bereft.entrySet().removeIf(each -> {
            boolean gone = Files.notExists(data.resolve(each.getKey()));
            if (gone) {
                longestNanos = Math.max(longestNanos, System.nanoTime() - each.getValue());
            }
            return gone;
        });
        return bereft.isEmpty();
    }

    /** A manager that retires everything finds it drained, and no directory but what was never published. */
    private void assertNothingIsLeft() throws IOException {
        try (PublishedIndex published = PublishedIndex.open(state, VOLUME, 0)) {
            Map<ChunkDirectory, Remembered> remembered = published.remembered();
            published.change(List.of(), remembered.keySet());
            List<ChunkDirectory> waiting = remembered.entrySet().stream()
                    .filter(each -> each.getValue() != Remembered.DELETING)
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toCollection(ArrayList::new));
            await().atMost(PATIENCE).until(() -> {
                waiting.removeAll(published.drained());
                return waiting.isEmpty() && isEmpty(state.resolve("readers"));
            });
            assertThat(published.holders()).isEmpty();
            try (Stream<Path> names = Files.list(data.resolve("chunks/" + dataset(1)))) {
                long unknown = names.filter(name -> !remembered.containsKey(ChunkDirectory.parse(
                                        dataset(1), name.getFileName().toString())
                                .orElseThrow()))
                        .count();
                assertThat(unknown)
                        .as("at most one was made and not yet published")
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    private static boolean isEmpty(Path path) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.findAny().isEmpty();
        }
    }
}
