package io.datachunk.bench;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.DataManager;
import io.datachunk.manager.Options;
import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.Mapping;
import io.datachunk.reader.format.StateDirectory;
import io.datachunk.reader.format.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How soon a process sees what the manager publishes, and how often the manager publishes when much changes at once. */
final class PublishComparison implements Comparison {
    private static final ChunkDirectory WATCHED =
            new ChunkDirectory(WatchingProcess.DATASET, WatchingProcess.RANGE, WatchingProcess.CHUNK, 1);
    private static final int BURST = 5_000;

    @Override
    public void run(Setting setting, Table table) throws Exception {
        oneChange(setting, table, 5_000, Goal.atMost(200, 100));
        oneChange(setting, table, setting.amount(50_000, 20_000), Goal.atMost(2_000, 1_000));
        burst(setting, table);
    }

    private static void oneChange(Setting setting, Table table, int chunks, Goal goal) throws IOException {
        try (NodeOfChunks node = new NodeOfChunks(chunks, setting.memory());
                Child reader = Child.start(
                        Child.WORKER_FLAGS, WatchingProcess.class, node.state().resolve("data"), node.state())) {
            reader.hear();
            List<Double> micros = new ArrayList<>();
            int warmUp = 400;
            for (int change = 0; change < warmUp + setting.repeats() * 40; change++) {
                reader.ask("watch");
                long begin = System.nanoTime();
                if (change % 2 == 0) {
                    node.published.change(List.of(WATCHED), List.of());
                } else {
                    node.published.change(List.of(), List.of(WATCHED));
                }
                long seen = Long.parseLong(reader.hear());
                if (change % 2 == 1) {
                    node.published.drained().forEach(node.published::deleted);
                }
                if (change >= warmUp) {
                    micros.add((seen - begin) / 1e3);
                }
            }
            Samples seen = Samples.of(micros, Double::doubleValue);
            table.figure(String.format("one change seen by another process, %,d chunks", chunks), "µs", seen, goal);
        }
    }

    /** Chunks on disk go all at once while a process holds them, and come back. */
    private static void burst(Setting setting, Table table) throws Exception {
        try (Scratch disk = setting.inMemory()) {
            Path data = disk.directory("data");
            Path state = disk.directory("state");
            ChunksOnDisk chunks = ChunksOnDisk.write(data, BURST, 1, 0);
            List<ChunkSpec> desired = chunks.specs();
            List<Double> publishes = new ArrayList<>();
            List<Double> millis = new ArrayList<>();
            try (DataManager manager = DataManager.open(data, Options.defaults().withStateDir(state));
                    Child reader = Child.start(Child.WORKER_FLAGS, WatchingProcess.class, data, state)) {
                reader.hear();
                manager.setDesired(desired);
                while (Integer.parseInt(reader.ask("hold")) < BURST) {
                    Thread.onSpinWait();
                }
                StateFile published = StateFile.of(Mapping.map(stateFile(state), false));
                for (int repeat = 0; repeat < 2 * setting.repeats(); repeat++) {
                    long before = published.current();
                    long begin = System.nanoTime();
                    boolean go = repeat % 2 == 0;
                    manager.setDesired(go ? List.of() : desired);
                    while (manager.listChunks().size() != (go ? 0 : BURST)) {
                        Thread.sleep(1);
                    }
                    millis.add((System.nanoTime() - begin) / 1e6);
                    Thread.sleep(200);
                    publishes.add((double) published.current() - before);
                }
            }
            table.figure(
                    "publishes of a burst of 5,000 changes",
                    "",
                    Samples.of(publishes, Double::doubleValue),
                    Goal.atMost(10, 5));
            table.figure("how long it takes", "ms", Samples.of(millis, Double::doubleValue), null);
        }
    }

    private static Path stateFile(Path state) throws IOException {
        try (var files = Files.list(state)) {
            return files.filter(file -> StateDirectory.epochOf(file).isPresent())
                    .max((one, other) -> Long.compare(
                            StateDirectory.epochOf(one).getAsLong(),
                            StateDirectory.epochOf(other).getAsLong()))
                    .orElseThrow();
        }
    }
}
