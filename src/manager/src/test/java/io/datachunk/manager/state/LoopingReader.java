package io.datachunk.manager.state;

import com.sun.management.ThreadMXBean;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.DatasetIndex;
import io.datachunk.reader.Indexes;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * A process that finds, holds and closes in a loop until a round of it has taken no memory, or it has no parent any more.
 *
 * <p>Arguments: the data directory, the state directory, a block of dataset 1.
 */
public final class LoopingReader {
    static final String NOTHING = "no memory taken";

    private static final int ROUND = 100_000;

    private LoopingReader() {}

    public static void main(String[] arguments) throws Exception {
        long block = Long.parseLong(arguments[2]);
        try (ChunkIndex index = Indexes.counting(Path.of(arguments[0]), Path.of(arguments[1]))) {
            DatasetIndex dataset = index.dataset(Fixtures.dataset(1));
            while (System.in.available() == 0) {
                long taken = round(dataset, block);
                if (taken < ROUND) {
                    System.out.println(NOTHING);
                    return;
                }
            }
        }
    }

    /** The bytes that the heap gave a round. */
    private static long round(DatasetIndex dataset, long block) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUND; i++) {
            dataset.find(block).orElseThrow().close();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
