package io.datachunk.bench;

import io.datachunk.manager.DataManager;
import io.datachunk.manager.Options;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How long a process takes from its start to its first find beyond one that does nothing: of a manager that finds chunks
 * of 5 files on its disk and no state, and of a reader beside it.
 */
final class StartComparison implements Comparison {
    private static final int FILES = 5;

    @Override
    public void run(Setting setting, Table table) throws Exception {
        for (int chunks : new int[] {5_000, 30_000}) {
            if (!setting.quick() || chunks == 5_000) {
                measure(setting, table, chunks);
            }
        }
    }

    private static void measure(Setting setting, Table table, int chunks) throws Exception {
        String of = String.format(", %,d chunks", chunks);
        boolean few = chunks == 5_000;
        try (Scratch disk = setting.onDisk();
                Scratch memory = setting.inMemory()) {
            Path data = disk.directory("data");
            ChunksOnDisk.write(data, chunks, FILES, 0);

            Turns<Double> warm = new Turns<Double>()
                    .with("nothing", () -> millis(Child.AGENT_FLAGS))
                    .with("manager", () -> manager(data, memory, chunks));
            Map<String, List<Double>> warmMillis = warm.run(1, 2 * setting.repeats());
            beyond(table, "to the first find, warm cache" + of, warmMillis, few ? Goal.atMost(50, 25) : null);

            if (Machine.canForget()) {
                Turns<Double> cold = new Turns<Double>()
                        .with("nothing", () -> {
                            Machine.forget();
                            return millis(Child.AGENT_FLAGS);
                        })
                        .with("manager", () -> {
                            Machine.forget();
                            return manager(data, memory, chunks);
                        });
                beyond(
                        table,
                        "to the first find, cold cache" + of,
                        cold.run(1, setting.repeats()),
                        few ? Goal.atMost(100, 50) : null);
            } else {
                table.missing("to the first find, cold cache" + of, "only root may empty the caches");
            }

            Path state = memory.directory("reader");
            try (DataManager manager = DataManager.open(data, Options.defaults().withStateDir(state))) {
                Map<String, List<Double>> reader = new Turns<Double>()
                        .with(
                                "reader",
                                () -> said(
                                        Child.WORKER_FLAGS,
                                        data,
                                        state,
                                        manager.listChunks().size() - 1,
                                        "reader"))
                        .run(1, setting.repeats());
                table.figure(
                        "a reader opens and finds" + of,
                        "ms",
                        Samples.of(reader.get("reader"), Double::doubleValue),
                        null);
            }
        }
    }

    private static void beyond(Table table, String what, Map<String, List<Double>> millis, Goal goal) {
        table.beyond(
                what,
                "ms",
                Samples.of(millis.get("manager"), Double::doubleValue),
                "a JVM that does nothing",
                Samples.of(millis.get("nothing"), Double::doubleValue),
                goal);
    }

    private static double manager(Path data, Scratch memory, int chunks) throws IOException {
        try (Scratch state = new Scratch(memory.directory("state"))) {
            return millis(Child.AGENT_FLAGS, data, state.path(), chunks - 1, "manager");
        }
    }

    private static double millis(List<String> flags, Object... arguments) throws IOException {
        long begin = System.nanoTime();
        try (Child child = Child.start(flags, StartProcess.class, arguments)) {
            child.hear();
            return (System.nanoTime() - begin) / 1e6;
        }
    }

    private static double said(List<String> flags, Object... arguments) throws IOException {
        try (Child child = Child.start(flags, StartProcess.class, arguments)) {
            return Double.parseDouble(child.hear());
        }
    }
}
