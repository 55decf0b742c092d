package io.datachunk.manager.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.state.Flattening.Chunk;
import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.BootId;
import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.DatasetPlace;
import io.datachunk.reader.format.SlotWord;
import io.datachunk.reader.format.SnapshotReader;
import io.datachunk.reader.format.StateDirectory;
import io.datachunk.reader.format.StateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlatteningTest {
    private static final int ROUNDS = 300;

    @TempDir
    private Path directory;

    @Test
    void takesTheChunkThatReachesFurthestAndKeepsItToItsEnd() {
        Flattening flat = Flattening.of(List.of(
                new Chunk(0, 10, 1),
                new Chunk(2, 5, 2),
                new Chunk(8, 30, 3),
                new Chunk(9, 20, 4),
                new Chunk(40, 41, 5)));

        assertThat(describe(flat)).containsExactly("0:1", "10:3", "30:-1", "40:5", "41:-1");
    }

    @Test
    void knowsOfNothingWhereThereIsNothing() {
        assertThat(Flattening.of(List.of()).count()).isZero();
    }

    @Test
    void coversTheWholeOfTheUnsignedRange() {
        Flattening flat = Flattening.of(List.of(new Chunk(0, Long.MIN_VALUE, 1), new Chunk(Long.MAX_VALUE, -1, 2)));

        assertThat(describe(flat))
                .containsExactly(
                        "0:1", Long.toUnsignedString(Long.MIN_VALUE) + ":2", Long.toUnsignedString(-1) + ":-1");
    }

    private static List<String> describe(Flattening flat) {
        List<String> segments = new ArrayList<>();
        for (int i = 0; i < flat.count(); i++) {
            segments.add(Long.toUnsignedString(flat.start(i)) + ":" + flat.chunk(i));
        }
        return segments;
    }

    /** Everything that a reader searches, made by the writer of snapshots, against a look at every chunk. */
    @Test
    void findsWhatALookAtEveryChunkFinds() throws IOException {
        long seed = System.nanoTime();
        System.out.println("FlatteningTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < ROUNDS; round++) {
            compare(random, "seed " + seed + ", round " + round, round);
        }
    }

    private void compare(SplittableRandom random, String where, int round) throws IOException {
        StateDirectory at = new StateDirectory(directory.resolve("state-" + round));
        StateFiles files = new StateFiles(at, Fixtures.VOLUME, BootId.current());
        files.prepare();
        StateFile state = files.recoverOrMake(0).state();
        Slots slots = Slots.of(state);
        SnapshotWriter writer = new SnapshotWriter(state);
        Map<ChunkDirectory, Integer> live = new HashMap<>();
        long[] edges = edges(random);
        for (int change = 0; change < 5; change++) {
            for (Map.Entry<ChunkDirectory, Integer> one : List.copyOf(live.entrySet())) {
                if (random.nextInt(4) == 0) {
                    ChunkDirectory chunk = one.getKey();
                    int slot = one.getValue();
                    live.remove(chunk);
                    writer.remove(chunk, slots.name(slot));
                    slots.retire(slot);
                    slots.delete(slot);
                    slots.free(slot);
                }
            }
            for (int i = random.nextInt(1, 40); i > 0; i--) {
                ChunkDirectory chunk = chunk(random, edges);
                if (slots.mayGoLive(chunk)) {
                    live.put(chunk, slots.goLive(chunk));
                    writer.add(chunk, slots.name(live.get(chunk)));
                }
            }
            writer.publish();
            for (int dataset = 0; dataset < 3; dataset++) {
                check(state, Fixtures.dataset(dataset), live, edges, where);
            }
        }
    }

    private static void check(
            StateFile state, DatasetId dataset, Map<ChunkDirectory, Integer> live, long[] edges, String where) {
        SnapshotReader reader = new SnapshotReader(state);
        DatasetPlace place = reader.placeOf(state.current(), dataset);
        for (long edge : edges) {
            for (long block = edge - 1; block != edge + 2; block++) {
                long asked = block;
                boolean covered = live.keySet().stream()
                        .anyMatch(chunk ->
                                chunk.dataset().equals(dataset) && chunk.range().contains(asked));
                int found = SnapshotReader.chunkOf(state.buffer(), place, asked);
                String what = where + ", block " + Long.toUnsignedString(asked);
                assertThat(found != SlotWord.NONE).as(what).isEqualTo(covered);
                if (covered) {
                    int slot = SlotWord.slotOf(found);
                    assertThat(SlotWord.isLive(state.slotWord(slot), found))
                            .as(what)
                            .isTrue();
                    assertThat(state.directory(slot).dataset()).as(what).isEqualTo(dataset);
                    assertThat(state.directory(slot).range().contains(asked))
                            .as(what)
                            .isTrue();
                }
            }
        }
    }

    /** Where chunks begin and end: close together or far apart, in small numbers or beyond 2^63. */
    private static long[] edges(SplittableRandom random) {
        long origin = random.nextBoolean() ? 0 : random.nextLong();
        long step = 1L << random.nextInt(58);
        return random.ints(30, 0, 50)
                .mapToLong(i -> origin + (random.nextInt(5) == 0 ? i * step : i))
                .map(edge -> edge ^ Long.MIN_VALUE)
                .sorted()
                .distinct()
                .map(edge -> edge ^ Long.MIN_VALUE)
                .toArray();
    }

    /** Overlapping, nested, identical and adjacent ones come by themselves with so few edges. */
    private static ChunkDirectory chunk(SplittableRandom random, long[] edges) {
        if (edges.length < 2) {
            return Fixtures.chunk(random.nextInt(3), random.nextLong(), 5, 6);
        }
        int start = random.nextInt(edges.length - 1);
        int end = random.nextInt(start + 1, edges.length);
        return Fixtures.chunk(random.nextInt(3), random.nextLong(), edges[start], edges[end]);
    }
}
