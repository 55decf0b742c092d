package io.datachunk.bench;

import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetIndex;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The longest that a find takes while the disk is flushed all the time, with the state on tmpfs (counters) and on that
 * disk (pins), beside a call that does nothing and a counter in a file of that disk.
 */
final class StallComparison implements Comparison {
    private static final int CHUNKS = 5_000;
    private static final String FLUSH =
            "while :; do dd if=/dev/zero of=flushed bs=1M count=64 conv=notrunc status=none; sync; done";

    @Override
    public void run(Setting setting, Table table) throws Exception {
        int calls = setting.amount(20_000_000, 100_000);
        Map<String, List<Latencies>> all = new LinkedHashMap<>();
        try (Scratch disk = setting.onDisk();
                NodeOfChunks counted = new NodeOfChunks(CHUNKS, setting.memory());
                NodeOfChunks pinned = new NodeOfChunks(CHUNKS, disk.path())) {
            Map<String, Runnable> contestants = new LinkedHashMap<>();
            contestants.put("nothing", () -> {});
            contestants.put("counters", finds(counted));
            contestants.put("pins", finds(pinned));
            MappedByteBuffer file = counterIn(disk.path().resolve("counter"));
            contestants.put("a counter in a file of that disk", () -> file.putLong(0, file.getLong(0) + 1));
            Process flusher = new ProcessBuilder("sh", "-c", FLUSH)
                    .directory(disk.path().toFile())
                    .inheritIO()
                    .start();
            try {
                for (int repeat = -1; repeat < setting.repeats(); repeat++) {
                    Map<String, Latencies> once = measure(contestants, calls);
                    if (repeat >= 0) {
                        once.forEach((name, latencies) -> all.computeIfAbsent(name, _ -> new ArrayList<>())
                                .add(latencies));
                    }
                }
            } finally {
                flusher.descendants().forEach(ProcessHandle::destroyForcibly);
                flusher.destroyForcibly().waitFor();
            }
        }
        for (String ours : List.of("counters", "pins", "a counter in a file of that disk")) {
            for (double quantile : new double[] {0.5, 0.9999, 1}) {
                table.beyond(
                        ours + ", " + Table.quantile(quantile),
                        "µs",
                        Samples.of(all.get(ours), latencies -> latencies.micros(quantile)),
                        "nothing",
                        Samples.of(all.get("nothing"), latencies -> latencies.micros(quantile)),
                        null);
            }
        }
    }

    /** All contestants within one loop, so that whatever interrupts the thread may meet any of them. */
    private static Map<String, Latencies> measure(Map<String, Runnable> contestants, int calls) {
        Map<String, Latencies> latencies = new LinkedHashMap<>();
        contestants.keySet().forEach(name -> latencies.put(name, new Latencies()));
        for (int call = 0; call < calls; call++) {
            for (var contestant : contestants.entrySet()) {
                long begin = System.nanoTime();
                contestant.getValue().run();
                latencies.get(contestant.getKey()).add(System.nanoTime() - begin);
            }
        }
        return latencies;
    }

    private static Runnable finds(NodeOfChunks node) {
        DatasetIndex[] handles = new DatasetIndex[NodeOfChunks.DATASETS];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = node.index.dataset(node.datasets[i]);
        }
        int[] next = {0};
        return () -> {
            int question = next[0]++ & NodeOfChunks.QUESTIONS - 1;
            try (ChunkRef held = handles[node.askedDataset[question]]
                    .find(node.askedBlock[question])
                    .orElseThrow()) {
                next[0] += held.range().start() == held.range().end() ? 1 : 0; // never: it is used
            }
        };
    }

    private static MappedByteBuffer counterIn(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, 4_096);
        }
    }
}
