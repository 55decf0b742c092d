package io.datachunk.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Finding, holding and closing, beside what one would write instead: by JMH, a process for each benchmark and repeat. */
final class FindComparison implements Comparison {
    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final int FEW = 5_000;
    private static final int MANY = 50_000;

    /** Nanoseconds, and bytes, of each benchmark by its name, in the order of the repeats. */
    private final Map<String, List<Double>> nanos = new HashMap<>();

    private final Map<String, List<Double>> bytes = new HashMap<>();

    @Override
    public void run(Setting setting, Table table) throws RunnerException {
        for (int repeat = 0; repeat < setting.repeats(); repeat++) {
            for (int threads = 1; threads <= 2; threads++) {
                measure(setting, threads, "FindBenchmark", "counters");
                measure(setting, threads, "PeerBenchmark.(skip|tree|lmdb)", "counters");
            }
            measure(setting, 1, "PeerBenchmark.lock", "counters");
            measure(setting, 1, "FindBenchmark.(binarySearch|datasetIndex|chunkIndex)[^O]*$", "pins");
        }
        print(table, FEW);
        printPeers(table);
        if (!setting.quick()) {
            print(table, MANY);
        }
    }

    private void measure(Setting setting, int threads, String benchmarks, String holding) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(benchmarks)
                .threads(threads)
                .param("holding", holding)
                .jvmArgsAppend(
                        "-Dbench.disk=" + setting.disk(),
                        // of LMDB and of JMH
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow")
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (setting.quick()) {
            options.param("chunks", Integer.toString(FEW))
                    .warmupIterations(2)
                    .measurementIterations(2)
                    .measurementTime(TimeValue.milliseconds(200))
                    .warmupTime(TimeValue.milliseconds(200));
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        for (RunResult result : results) {
            String benchmark = result.getParams().getBenchmark();
            String name = name(
                    benchmark.substring(benchmark.lastIndexOf('.') + 1),
                    Integer.parseInt(result.getParams().getParam("chunks")),
                    threads,
                    holding);
            add(nanos, name, result.getPrimaryResult().getScore());
            add(bytes, name, result.getSecondaryResults().get(ALLOCATED).getScore());
        }
    }

    private void print(Table table, int chunks) {
        boolean few = chunks == FEW;
        String of = String.format(" of %,d", chunks);
        Samples search = nanos("binarySearch", chunks, 1);
        Samples find = nanos("datasetIndex", chunks, 1);
        table.ratio(
                "find + hold + close in a loop" + of,
                "ns",
                find,
                "binarySearch",
                search,
                few ? Goal.atMost(0.50, 0.35) : Goal.atMost(0.8, 0.6));
        table.ratio(
                "`ChunkIndex.find`, the reference escapes," + of,
                "ns",
                nanos("chunkIndexEscaping", chunks, 1),
                "binarySearch",
                search,
                few ? Goal.atMost(0.7, 0.5) : Goal.atMost(0.8, 0.6));
        table.figure(
                "two threads against one" + of,
                "×",
                scaling("datasetIndex", "binarySearch", chunks),
                Goal.atMost(1.3, 1.15));
        table.figure(
                "the same, one hot chunk" + of,
                "×",
                scaling("datasetIndexOfOneChunk", "binarySearchOfOneBlock", chunks),
                Goal.atMost(1.3, 1.15));
        table.ratio(
                "pins: find + hold + close" + of,
                "ns",
                of(nanos.get(name("datasetIndex", chunks, 1, "pins"))),
                "binarySearch",
                of(nanos.get(name("binarySearch", chunks, 1, "pins"))),
                null);
        table.figure(
                "allocated in a loop" + of,
                "bytes",
                of(bytes.get(name("datasetIndex", chunks, 1, "counters"))),
                Goal.atMost(0.5, 0.5));
        table.figure(
                "allocated where the reference escapes" + of,
                "bytes",
                of(bytes.get(name("chunkIndexEscaping", chunks, 1, "counters"))),
                Goal.atMost(40.5, 24.5));
    }

    private void printPeers(Table table) {
        Samples find = nanos("datasetIndex", FEW, 1);
        table.timesFaster(
                "than a skip list and a counter",
                "ns",
                find,
                "skip list",
                nanos("skipListAndCounter", FEW, 1),
                Goal.atLeast(5, 8));
        table.timesFaster(
                "than a tree under a read-write lock, 2 threads",
                "ns",
                nanos("datasetIndex", FEW, 2),
                "tree",
                nanos("treeUnderReadWriteLock", FEW, 2),
                Goal.atLeast(8, 20));
        table.timesFaster(
                "than a lock of the kernel each",
                "ns",
                find,
                "`fcntl`",
                nanos("lockOfTheKernel", FEW, 1),
                Goal.atLeast(30, 40));
        table.timesFaster("than LMDB, which holds nothing,", "ns", find, "LMDB", nanos("lmdb", FEW, 1), null);
        table.timesFaster(
                "than LMDB, 2 threads", "ns", nanos("datasetIndex", FEW, 2), "LMDB", nanos("lmdb", FEW, 2), null);
    }

    /** How much worse a benchmark gets by a second thread than another one does, by repeat. */
    private Samples scaling(String ours, String measure, int chunks) {
        List<Double> ratios = new ArrayList<>();
        List<Double> one = nanos.get(name(ours, chunks, 1, "counters"));
        for (int i = 0; i < one.size(); i++) {
            double slower = nanos.get(name(ours, chunks, 2, "counters")).get(i) / one.get(i);
            double usual = nanos.get(name(measure, chunks, 2, "counters")).get(i)
                    / nanos.get(name(measure, chunks, 1, "counters")).get(i);
            ratios.add(slower / usual);
        }
        return of(ratios);
    }

    private Samples nanos(String benchmark, int chunks, int threads) {
        return of(nanos.get(name(benchmark, chunks, threads, "counters")));
    }

    private static Samples of(List<Double> samples) {
        return Samples.of(samples, Double::doubleValue);
    }

    private static String name(String benchmark, int chunks, int threads, String holding) {
        return benchmark + " of " + chunks + ", " + threads + (threads == 1 ? " thread, " : " threads, ") + holding;
    }

    private static void add(Map<String, List<Double>> to, String name, double value) {
        to.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }
}
