package io.datachunk.bench;

import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetId;
import io.datachunk.reader.DatasetIndex;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A worker that looks at nothing but one chunk and says when it came or went, in nanoseconds of the clock that all
 * processes of the machine have; it may hold all others. Arguments: data and state directory. It is asked:
 *
 * <ul>
 *   <li>{@code watch}: says the time at which the chunk of {@link #BLOCK} came or went, whichever is next
 *   <li>{@code hold}: holds every chunk that is listed, and says how many
 * </ul>
 */
final class WatchingProcess {
    static final DatasetId DATASET = DatasetId.of(new byte[32]);
    static final ChunkId CHUNK = ChunkId.of(new byte[32]);
    static final long BLOCK = 42;
    static final BlockRange RANGE = new BlockRange(BLOCK, BLOCK + 1);

    private WatchingProcess() {}

    /** Looks until its input ends. */
    public static void main(String[] arguments) throws Exception {
        List<ChunkRef> held = new ArrayList<>();
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ChunkIndex index = ChunkIndex.open(Path.of(arguments[0]), Path.of(arguments[1]))) {
            DatasetIndex dataset = index.dataset(DATASET);
            System.out.println("there");
            for (String line = asked.readLine(); line != null; line = asked.readLine()) {
                if (line.equals("hold")) {
                    index.list().forEach(id -> index.get(id).ifPresent(held::add));
                    System.out.println(held.size());
                    continue;
                }
                boolean before = isThere(dataset);
                System.out.println("watching");
                while (isThere(dataset) == before) {
                    Thread.onSpinWait();
                }
                System.out.println(System.nanoTime());
            }
        }
    }

    private static boolean isThere(DatasetIndex dataset) {
        var found = dataset.find(BLOCK);
        found.ifPresent(ChunkRef::close);
        return found.isPresent();
    }
}
