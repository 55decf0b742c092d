package io.datachunk.bench;

import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Finding, holding and closing a chunk of a random block, beside {@link Arrays#binarySearch(long[], long)} over the starts
 * of the same chunks: what a worker would do that does not care whether the chunk stays.
 *
 * <p>{@link FindComparison} runs it. Only ratios within one run mean anything.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class FindBenchmark {
    private static final int LOOP = 1_024;
    private static final int MASK = NodeOfChunks.QUESTIONS - 1;

    /** How many chunks there are. */
    @Param({"5000", "50000"})
    public int chunks;

    /** Memory makes readers count, a disk makes them pin. */
    @Param({"counters", "pins"})
    public String holding;

    private NodeOfChunks node;
    private DatasetIndex[] handles;

    /** Where the next questions begin, of one thread. */
    @State(Scope.Thread)
    public static class Position {
        private int next = (int) Thread.currentThread().threadId() * 7_919;
    }

    /** Publishes the chunks. */
    @Setup
    public void open() throws IOException {
        String parent = holding.equals("counters") ? "/dev/shm" : System.getProperty("bench.disk", "target");
        node = new NodeOfChunks(chunks, Path.of(parent));
        handles = Arrays.stream(node.datasets).map(node.index::dataset).toArray(DatasetIndex[]::new);
    }

    /** Removes them. */
    @TearDown
    public void close() {
        node.close();
    }

    /** The measure of all others. */
    @Benchmark
    @OperationsPerInvocation(LOOP)
    public long binarySearch(Position position) {
        long sum = 0;
        int next = position.next;
        for (int i = 0; i < LOOP; i++, next++) {
            long[] starts = node.starts[node.askedDataset[next & MASK]];
            sum += Arrays.binarySearch(starts, node.askedBlock[next & MASK]);
        }
        position.next = next;
        return sum;
    }

    /** The reference does not leave the loop. */
    @Benchmark
    @OperationsPerInvocation(LOOP)
    public long datasetIndex(Position position) {
        long sum = 0;
        int next = position.next;
        for (int i = 0; i < LOOP; i++, next++) {
            DatasetIndex handle = handles[node.askedDataset[next & MASK]];
            try (ChunkRef held = handle.find(node.askedBlock[next & MASK]).orElseThrow()) {
                sum += i;
            }
        }
        position.next = next;
        return sum;
    }

    /** The reference is given to others. */
    @Benchmark
    @OperationsPerInvocation(LOOP)
    public void chunkIndexEscaping(Position position, Blackhole others) {
        int next = position.next;
        for (int i = 0; i < LOOP; i++, next++) {
            ChunkRef held = node.index
                    .find(node.datasets[node.askedDataset[next & MASK]], node.askedBlock[next & MASK])
                    .orElseThrow();
            others.consume(held);
            held.close();
        }
        position.next = next;
    }

    /** Every thread asks for the same block, in a way that no compiler sees. */
    @Benchmark
    @OperationsPerInvocation(LOOP)
    public long binarySearchOfOneBlock() {
        long sum = 0;
        for (int i = 0; i < LOOP; i++) {
            sum += Arrays.binarySearch(node.starts[node.askedDataset[0]], node.askedBlock[0] + sum % 2);
        }
        return sum;
    }

    /** Every thread holds the same chunk. */
    @Benchmark
    @OperationsPerInvocation(LOOP)
    public long datasetIndexOfOneChunk() {
        long sum = 0;
        DatasetIndex handle = handles[node.askedDataset[0]];
        for (int i = 0; i < LOOP; i++) {
            try (ChunkRef held = handle.find(node.askedBlock[0]).orElseThrow()) {
                sum += i;
            }
        }
        return sum;
    }
}
