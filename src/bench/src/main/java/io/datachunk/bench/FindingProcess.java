package io.datachunk.bench;

import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetIndex;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A worker that finds, holds and closes one chunk again and again. Arguments: data directory, state directory, a block. Asked anything it says
 * p50, p99, p99.99 and maximum of what that took since it was last asked, in microseconds.
 */
final class FindingProcess {
    private static final int LOOK_EVERY = 1 << 12;

    private FindingProcess() {}

    /** Finds until its input ends. */
    public static void main(String[] arguments) throws Exception {
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ChunkIndex index = ChunkIndex.open(Path.of(arguments[0]), Path.of(arguments[1]))) {
            DatasetIndex dataset = index.dataset(ChunksOnDisk.DATASET);
            long block = Long.parseLong(arguments[2]);
            System.out.println("there");
            while (true) {
                Latencies latencies = new Latencies();
                while (!asked.ready()) {
                    for (int i = 0; i < LOOK_EVERY; i++) {
                        long begin = System.nanoTime();
                        try (ChunkRef held = dataset.find(block).orElseThrow()) {
                            latencies.add(System.nanoTime() - begin);
                        }
                    }
                    Thread.sleep(1); // the other core has work to do, and so has this one
                }
                if (asked.readLine() == null) {
                    return;
                }
                System.out.printf(
                        Locale.ROOT,
                        "%.3f %.3f %.3f %.3f%n",
                        latencies.micros(0.5),
                        latencies.micros(0.99),
                        latencies.micros(0.9999),
                        latencies.micros(1));
            }
        }
    }
}
