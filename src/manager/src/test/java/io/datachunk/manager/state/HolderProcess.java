package io.datachunk.manager.state;

import io.datachunk.reader.ChunkId;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetIndex;
import io.datachunk.reader.Indexes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A process whose threads find, hold, copy and close chunks at random until it is killed. Says what it is about to hold for
 * longer, and what it has closed of that; ends by itself only if a block is not found or a held chunk is not there.
 *
 * <p>Arguments: the data and the state directory as this process sees them, {@code pinning},
 * {@code automatic}, or {@code watching} to watch for a manager without end; a seed.
 */
public final class HolderProcess {
    static final String HOLDS = "holds ";
    static final String CLOSES = "closes ";
    static final String FAILED = "failed ";

    private static final int THREADS = 2;
    private static final int MOST_KEPT = 4;
    private static final int KEEP_MS = 300;
    private static final int MOST_PAUSE_NANOS = 1_500_000;

    private final Path data;
    private final ChunkIndex index;
    private final Random random;
    private final Deque<ChunkRef> kept = new ArrayDeque<>();
    private long closeNanos = System.nanoTime();
    private ChunkId seen = new ChunkId(0, 0, 0, 0);

    private HolderProcess(Path data, ChunkIndex index, long seed) {
        this.data = data;
        this.index = index;
        this.random = new Random(seed);
    }

    public static void main(String[] arguments) throws Exception {
        haltWithParent();
        Path data = Path.of(arguments[0]);
        Path state = Path.of(arguments[1]);
        ChunkIndex index = switch (arguments[2]) {
            case "pinning" -> Indexes.pinning(data, state);
            case "watching" -> Indexes.watching(data, state);
            default -> ChunkIndex.open(data, state);
        };
        for (int i = 0; i < THREADS; i++) {
            HolderProcess holder = new HolderProcess(data, index, Long.parseLong(arguments[3]) + i);
            new Thread(holder::holdForEver).start();
        }
    }

    /** Ends this process when the one that reads its output has ended. */
    static void haltWithParent() {
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                    // nothing is said to this process
                }
            } catch (IOException e) {
                // as good as the end
            }
            Runtime.getRuntime().halt(1);
        });
        watch.setDaemon(true);
        watch.start();
    }

    private void holdForEver() {
        try {
            DatasetIndex handle = index.dataset(Fixtures.dataset(1));
            while (true) {
                long block = random.nextInt(ChurningManager.RANGES * ChurningManager.BLOCKS);
                Optional<ChunkRef> found =
                        random.nextBoolean() ? handle.find(block) : index.find(Fixtures.dataset(1), block);
                ChunkRef held = found.orElseThrow(() -> new AssertionError("block " + block + " is not found"));
                check(held);
                seen = held.id();
                use(held);
                index.get(seen).ifPresent(again -> {
                    check(again);
                    again.close();
                });
                if (System.nanoTime() - closeNanos > 0 && !kept.isEmpty()) {
                    closeOldest();
                }
                LockSupport.parkNanos(random.nextInt(MOST_PAUSE_NANOS));
            }
        } catch (Throwable e) {
            System.out.println(FAILED + e);
            Runtime.getRuntime().halt(3);
        }
    }

    private void use(ChunkRef held) {
        switch (random.nextInt(8)) {
            case 0 -> {
                try (ChunkRef copy = held.copy()) {
                    held.close();
                    check(copy);
                }
            }
            case 1 -> {
                System.out.println(HOLDS + data.relativize(held.path()));
                kept.add(held);
                closeNanos = System.nanoTime() + random.nextInt(KEEP_MS) * 1_000_000L;
                if (kept.size() > MOST_KEPT) {
                    closeOldest();
                }
            }
            default -> held.close();
        }
    }

    private void closeOldest() {
        ChunkRef oldest = kept.remove();
        check(oldest);
        Path directory = data.relativize(oldest.path());
        oldest.close();
        System.out.println(CLOSES + directory);
    }

    private static void check(ChunkRef held) {
        try {
            if (!ChurningManager.isWhole(held.path())) {
                throw new AssertionError("deleted while it is held: " + held.path());
            }
        } catch (IOException e) {
            throw new AssertionError(held.path().toString(), e);
        }
    }
}
