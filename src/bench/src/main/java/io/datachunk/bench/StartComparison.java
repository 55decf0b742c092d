package io.datachunk.bench;

import io.datachunk.manager.DataManager;
import io.datachunk.manager.Options;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long a process takes from its start to its first find beyond one that does nothing: of a manager that finds chunks
 * of 5 files on its disk and no state, of one whose classes the JVM has in an archive of its own, of a bare program that
 * only lists, parses and maps, and of a reader beside it.
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

            List<String> archived = archived(data, memory, chunks);
            Path dataset = data.resolve(ChunkDirectory.CHUNKS).resolve(ChunksOnDisk.DATASET.toString());
            Turns<Double> warm = new Turns<Double>()
                    .with("nothing", () -> millis(Child.AGENT_FLAGS, StartProcess.class))
                    .with("manager", () -> manager(Child.AGENT_FLAGS, data, memory, chunks))
                    .with("archived", () -> manager(archived, data, memory, chunks))
                    .with("bare", () -> bare(dataset, memory, chunks));
            Map<String, List<Double>> warmMillis = warm.run(1, 2 * setting.repeats());
            beyond(
                    table,
                    "to the first find, warm cache" + of,
                    warmMillis,
                    "manager",
                    few ? Goal.atMost(50, 25) : null);
            beyond(table, "with an archive of its classes, warm cache" + of, warmMillis, "archived", null);
            beyond(table, "a bare program, warm cache" + of, warmMillis, "bare", null);

            if (Machine.canForget()) {
                Turns<Double> cold = new Turns<Double>()
                        .with("nothing", () -> {
                            Machine.forget();
                            return millis(Child.AGENT_FLAGS, StartProcess.class);
                        })
                        .with("manager", () -> {
                            Machine.forget();
                            return manager(Child.AGENT_FLAGS, data, memory, chunks);
                        });
                beyond(
                        table,
                        "to the first find, cold cache" + of,
                        cold.run(1, setting.repeats()),
                        "manager",
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

    private static void beyond(
            Table table, String what, Map<String, List<Double>> millis, String who, @Nullable Goal goal) {
        table.beyond(
                what,
                "ms",
                Samples.of(millis.get(who), Double::doubleValue),
                "a JVM that does nothing",
                Samples.of(millis.get("nothing"), Double::doubleValue),
                goal);
    }

    private static double manager(List<String> flags, Path data, Scratch memory, int chunks) throws IOException {
        try (Scratch state = new Scratch(memory.directory("state"))) {
            return millis(flags, StartProcess.class, data, state.path(), chunks - 1, "manager");
        }
    }

    private static double bare(Path dataset, Scratch memory, int chunks) throws IOException {
        try (Scratch state = new Scratch(memory.directory("state"))) {
            return millis(
                    Child.AGENT_FLAGS, BareStart.class, dataset, state.path().resolve("bare"), chunks - 1);
        }
    }

    /** The flags of a JVM that has the classes of such a start in an archive, which one start makes at its end. */
    private static List<String> archived(Path data, Scratch memory, int chunks) throws IOException {
        Path archive = memory.directory("archive").resolve("classes.jsa");
        List<String> making = new ArrayList<>(Child.AGENT_FLAGS);
        making.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:disable"));
        try (Scratch state = new Scratch(memory.directory("state"));
                Child child = Child.start(making, StartProcess.class, data, state.path(), chunks - 1, "manager")) {
            child.hear();
            child.end();
        }
        List<String> using = new ArrayList<>(Child.AGENT_FLAGS);
        using.addAll(List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:on"));
        return using;
    }

    private static double millis(List<String> flags, Class<?> main, Object... arguments) throws IOException {
        long begin = System.nanoTime();
        try (Child child = Child.start(flags, main, arguments)) {
            String said = child.hear();
            double took = (System.nanoTime() - begin) / 1e6;
            Double.parseDouble(said); // a JVM that cannot start says so in a line too
            return took;
        }
    }

    private static double said(List<String> flags, Object... arguments) throws IOException {
        try (Child child = Child.start(flags, StartProcess.class, arguments)) {
            return Double.parseDouble(child.hear());
        }
    }
}
