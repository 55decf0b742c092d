package io.datachunk.manager.state;

import io.datachunk.manager.state.PublishedIndex.Remembered;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A process that replaces chunks until it is killed: makes a directory, publishes it in place of another, takes that back at
 * times, and deletes what is drained. Every block of the first {@value #RANGES} ranges is covered at every moment.
 *
 * <p>Arguments: the data directory, the state directory, a seed, and a number beyond that of every chunk so far.
 */
public final class ChurningManager {
    static final int RANGES = 12;
    static final int BLOCKS = 100;

    /** The file in a chunk's directory; it holds the directory's name. */
    static final String CONTENT = "content";

    private static final int MOST_PAUSE_NANOS = 5_000_000;
    private static final int FILLERS = 300;
    private static final int MOST_FILLERS = 3_000;
    private static final long FILLER_DATASET = 2;

    private final Path data;
    private final PublishedIndex published;
    private final Random random;
    private final Map<Long, ChunkDirectory> serving = new HashMap<>();
    private final List<ChunkDirectory> retiring = new ArrayList<>();
    private long next;

    private ChurningManager(Path data, PublishedIndex published, long seed, long next) {
        this.data = data;
        this.published = published;
        this.random = new Random(seed);
        this.next = next;
    }

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        PublishedIndex published = PublishedIndex.open(Path.of(arguments[1]), Fixtures.VOLUME, 0);
        ChurningManager manager =
                new ChurningManager(data, published, Long.parseLong(arguments[2]), Long.parseLong(arguments[3]));
        HolderProcess.haltWithParent();
        manager.begin();
        System.out.println("ready");
        while (true) {
            manager.replaceOne();
            manager.deleteDrained();
            LockSupport.parkNanos(manager.random.nextInt(MOST_PAUSE_NANOS));
        }
    }

    /** Goes on from what another one left, at whatever step it was killed. */
    private void begin() throws IOException {
        Map<ChunkDirectory, Remembered> remembered = published.remembered();
        published.change(List.of(), List.of());
        removeUnpublished(remembered);
        List<ChunkDirectory> doubled = new ArrayList<>();
        for (Map.Entry<ChunkDirectory, Remembered> each : remembered.entrySet()) {
            ChunkDirectory chunk = each.getKey();
            switch (each.getValue()) {
                case DELETING -> delete(chunk);
                case RETIRING -> retiring.add(chunk);
                case LIVE -> {
                    if (!chunk.dataset().equals(Fixtures.dataset(FILLER_DATASET))) {
                        Optional.ofNullable(serving.put(chunk.range().start(), chunk))
                                .ifPresent(doubled::add);
                    }
                }
            }
        }
        List<ChunkDirectory> added = new ArrayList<>();
        for (long range = 0; range < RANGES; range++) {
            if (!serving.containsKey(range * BLOCKS)) {
                ChunkDirectory first = make(range * BLOCKS);
                serving.put(first.range().start(), first);
                added.add(first);
            }
        }
        // More than the index has slots for, after some restarts: it grows under readers that find and hold.
        if (remembered.size() < MOST_FILLERS) {
            for (int i = 0; i < FILLERS; i++) {
                added.add(Fixtures.chunk(FILLER_DATASET, next, next, next + 1));
                next++;
            }
        }
        published.change(added, doubled);
        retiring.addAll(doubled);
    }

    private void removeUnpublished(Map<ChunkDirectory, Remembered> remembered) throws IOException {
        Path dataset = data.resolve(Fixtures.chunk(0, 0, 1).relativePath()).getParent();
        Files.createDirectories(dataset);
        try (Stream<Path> all = Files.list(dataset)) {
            for (Path path : all.toList()) {
                if (ChunkDirectory.parse(Fixtures.dataset(1), path.getFileName().toString())
                        .filter(remembered::containsKey)
                        .isEmpty()) {
                    remove(path);
                }
            }
        }
    }

    private void replaceOne() throws IOException {
        long start = random.nextInt(RANGES) * (long) BLOCKS;
        ChunkDirectory old = Objects.requireNonNull(serving.get(start));
        Optional<ChunkDirectory> takenBack = retiring.stream()
                .filter(chunk -> chunk.range().start() == start && random.nextInt(4) == 0)
                .findFirst();
        ChunkDirectory replacement = takenBack.isPresent() ? takenBack.get() : make(start);
        published.change(List.of(replacement), List.of(old));
        retiring.remove(replacement);
        retiring.add(old);
        serving.put(start, replacement);
    }

    /** A directory that is whole before anybody can find it. */
    private ChunkDirectory make(long start) throws IOException {
        ChunkDirectory chunk = Fixtures.chunk(next++, start, start + BLOCKS);
        Path directory = data.resolve(chunk.relativePath());
        Files.createDirectory(directory);
        Files.writeString(directory.resolve(CONTENT), chunk.name());
        return chunk;
    }

    private void deleteDrained() throws IOException {
        for (ChunkDirectory drained : published.drained()) {
            retiring.remove(drained);
            delete(drained);
        }
    }

    private void delete(ChunkDirectory chunk) throws IOException {
        remove(data.resolve(chunk.relativePath()));
        published.deleted(chunk);
    }

    static void remove(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(CONTENT));
        Files.deleteIfExists(directory);
    }

    /** What its name says is in a chunk's directory. */
    static boolean isWhole(Path directory) throws IOException {
        try {
            return Files.readString(directory.resolve(CONTENT))
                    .equals(directory.getFileName().toString());
        } catch (NoSuchFileException deleted) {
            return false;
        }
    }
}
