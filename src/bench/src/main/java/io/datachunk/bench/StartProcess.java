package io.datachunk.bench;

import io.datachunk.manager.DataManager;
import io.datachunk.manager.Options;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import java.nio.file.Path;

/**
 * A process that says a line once it has found a chunk for the first time. Arguments: data and state directory, a block,
 * and {@code manager} or {@code reader}; without any it says the line at once. The line is how many milliseconds the opening and the finding took.
 */
final class StartProcess {
    private StartProcess() {}

    /** Ends when its input does. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            System.out.println("0");
            return;
        }
        Path data = Path.of(arguments[0]);
        Path state = Path.of(arguments[1]);
        long block = Long.parseLong(arguments[2]);
        long begin = System.nanoTime();
        if (arguments[3].equals("manager")) {
            try (DataManager manager = DataManager.open(data, Options.defaults().withStateDir(state))) {
                try (ChunkRef found =
                        manager.findChunk(ChunksOnDisk.DATASET, block).orElseThrow()) {
                    say(begin, found);
                }
                System.in.read();
            }
        } else {
            try (ChunkIndex index = ChunkIndex.open(data, state);
                    ChunkRef found = index.find(ChunksOnDisk.DATASET, block).orElseThrow()) {
                say(begin, found);
            }
        }
    }

    private static void say(long begin, ChunkRef found) {
        if (found.range().start() >= 0) {
            System.out.println((System.nanoTime() - begin) / 1e6);
        }
    }
}
