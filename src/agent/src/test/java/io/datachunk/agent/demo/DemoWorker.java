package io.datachunk.agent.demo;

import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetIndex;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A process such as a query worker: looks blocks up all the time, and holds one chunk for good.
 *
 * <p>Arguments: data directory, state directory, number of blocks, a block of the chunk to hold. Says {@code holding PATH}
 * once, then how many lookups it has made, and what was wrong with any of them.
 */
final class DemoWorker {
    private static final int LOOKUPS_AT_ONCE = 10_000;

    private DemoWorker() {}

    public static void main(String[] arguments) throws Exception {
        Path dataDir = Path.of(arguments[0]);
        Path stateDir = Path.of(arguments[1]);
        long blocks = Long.parseLong(arguments[2]);
        long held = Long.parseLong(arguments[3]);
        try (ChunkIndex index = ChunkIndex.open(dataDir, stateDir)) {
            work(index.dataset(DemoChunk.DATASET), blocks, held);
        }
    }

    private static void work(DatasetIndex dataset, long blocks, long heldBlock) throws InterruptedException {
        Optional<ChunkRef> held = Optional.empty();
        for (long lookups = 0; true; lookups += LOOKUPS_AT_ONCE) {
            if (held.isEmpty()) {
                held = dataset.find(heldBlock);
                held.ifPresent(chunk -> System.out.println("holding " + chunk.path()));
            }
            lookUp(dataset, blocks);
            if (held.isPresent() && !Files.isDirectory(held.get().path())) {
                System.out.println("wrong: " + held.get().path() + " is gone, although it is held");
            }
            System.out.println("lookups " + lookups);
            Thread.sleep(20);
        }
    }

    private static void lookUp(DatasetIndex dataset, long blocks) {
        for (int i = 0; i < LOOKUPS_AT_ONCE; i++) {
            Optional<ChunkRef> found = dataset.find(ThreadLocalRandom.current().nextLong(blocks));
            if (found.isEmpty()) {
                continue;
            }
            try (ChunkRef chunk = found.get()) {
                if (i % 1_000 == 0 && !Files.isDirectory(chunk.path())) {
                    System.out.println("wrong: " + chunk.path() + " was found, but is not there");
                }
            }
        }
    }
}
