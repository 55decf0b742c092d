package io.datachunk.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.GetOp;
import org.lmdbjava.Txn;
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

/**
 * What one would write instead of {@link FindBenchmark}, over the same chunks and questions. The maps serve one process only, LMDB
 * finds but holds nothing, and the locks say to other processes who holds what: none of them does all that a find does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class PeerBenchmark {
    private static final int LOOP = 1_024;
    private static final int MASK = NodeOfChunks.QUESTIONS - 1;

    /** How many chunks there are. */
    @Param("5000")
    public int chunks;

    private NodeOfChunks node;
    private ConcurrentSkipListMap<Long, AtomicLong>[] skipLists;
    private TreeMap<Long, AtomicLong>[] trees;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private Scratch scratch;
    private FileChannel locked;
    private Env<ByteBuffer> lmdb;
    private Dbi<ByteBuffer> table;

    /** Where the next questions begin, and the transaction, of one thread. */
    @State(Scope.Thread)
    public static class Position {
        private int next = (int) Thread.currentThread().threadId() * 7_919;
        private final ByteBuffer key = ByteBuffer.allocateDirect(2 * Long.BYTES);
        private Txn<ByteBuffer> transaction;
        private Cursor<ByteBuffer> cursor;

        /** A transaction to use again and again, which is how LMDB reads fast. */
        @Setup
        public void open(PeerBenchmark benchmark) {
            transaction = benchmark.lmdb.txnRead();
            cursor = benchmark.table.openCursor(transaction);
            transaction.reset();
        }
    }

    /** Fills all of them. */
    @Setup
    @SuppressWarnings({"unchecked", "rawtypes"})
    public void open() throws IOException {
        node = new NodeOfChunks(chunks, Path.of("/dev/shm"));
        skipLists = new ConcurrentSkipListMap[NodeOfChunks.DATASETS];
        trees = new TreeMap[NodeOfChunks.DATASETS];
        scratch = new Scratch(Files.createTempDirectory(Path.of("/dev/shm"), "datachunk-bench"));
        locked = FileChannel.open(
                scratch.path().resolve("locked"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        lmdb = Env.create()
                .setMapSize(256L << 20)
                .setMaxDbs(1)
                .open(scratch.directory("lmdb").toFile());
        table = lmdb.openDbi("chunks", DbiFlags.MDB_CREATE);
        ByteBuffer key = ByteBuffer.allocateDirect(2 * Long.BYTES);
        ByteBuffer value = ByteBuffer.allocateDirect(2 * Long.BYTES);
        try (Txn<ByteBuffer> transaction = lmdb.txnWrite()) {
            for (int dataset = 0; dataset < NodeOfChunks.DATASETS; dataset++) {
                skipLists[dataset] = new ConcurrentSkipListMap<>();
                trees[dataset] = new TreeMap<>();
                for (long start : node.starts[dataset]) {
                    skipLists[dataset].put(start, new AtomicLong());
                    trees[dataset].put(start, new AtomicLong());
                    table.put(transaction, keyOf(key, dataset, start), value.clear());
                }
            }
            transaction.commit();
        }
    }

    /** Removes everything but the transactions of the threads, which end with the process, and with them the environment. */
    @TearDown
    public void close() throws IOException {
        locked.close();
        scratch.close();
        node.close();
    }

    /** A map that many threads read without a lock, and a counter for each chunk. */
    @Benchmark
    @OperationsPerInvocation(LOOP)
    public long skipListAndCounter(Position position) {
        long sum = 0;
        int next = position.next;
        for (int i = 0; i < LOOP; i++, next++) {
            Map.Entry<Long, AtomicLong> found =
                    skipLists[node.askedDataset[next & MASK]].floorEntry(node.askedBlock[next & MASK]);
            found.getValue().incrementAndGet();
            sum += found.getKey();
            found.getValue().decrementAndGet();
        }
        position.next = next;
        return sum;
    }

    /** A map under a read-write lock, and a counter for each chunk. */
    @Benchmark
    @OperationsPerInvocation(LOOP)
    public long treeUnderReadWriteLock(Position position) {
        long sum = 0;
        int next = position.next;
        for (int i = 0; i < LOOP; i++, next++) {
            Map.Entry<Long, AtomicLong> found;
            lock.readLock().lock();
            try {
                found = trees[node.askedDataset[next & MASK]].floorEntry(node.askedBlock[next & MASK]);
                found.getValue().incrementAndGet();
            } finally {
                lock.readLock().unlock();
            }
            sum += found.getKey();
            found.getValue().decrementAndGet();
        }
        position.next = next;
        return sum;
    }

    /** A lock of the kernel for each reference, on the byte of its chunk. One thread only: locks belong to the process. */
    @Benchmark
    @OperationsPerInvocation(LOOP)
    public long lockOfTheKernel(Position position) throws IOException {
        long sum = 0;
        int next = position.next;
        for (int i = 0; i < LOOP; i++, next++) {
            Map.Entry<Long, AtomicLong> found =
                    trees[node.askedDataset[next & MASK]].floorEntry(node.askedBlock[next & MASK]);
            try (FileLock held = locked.tryLock(found.getKey(), 1, true)) {
                sum += held.position();
            }
        }
        position.next = next;
        return sum;
    }

    /** An embedded store in shared memory; it finds, and holds nothing. */
    @Benchmark
    @OperationsPerInvocation(LOOP)
    public long lmdb(Position position) {
        long sum = 0;
        int next = position.next;
        for (int i = 0; i < LOOP; i++, next++) {
            position.transaction.renew();
            position.cursor.renew(position.transaction);
            int dataset = node.askedDataset[next & MASK];
            long block = node.askedBlock[next & MASK];
            if (!position.cursor.get(keyOf(position.key, dataset, block), GetOp.MDB_SET_RANGE)) {
                position.cursor.last();
            } else if (position.cursor.key().getLong(0) != dataset
                    || position.cursor.key().getLong(Long.BYTES) != block) {
                position.cursor.prev();
            }
            sum += position.cursor.key().getLong(Long.BYTES);
            position.transaction.reset();
        }
        position.next = next;
        return sum;
    }

    private static ByteBuffer keyOf(ByteBuffer key, long dataset, long block) {
        return key.clear().putLong(dataset).putLong(block).flip();
    }
}
