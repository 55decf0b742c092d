package io.datachunk.bench;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.DataManager;
import io.datachunk.manager.Options;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How long the calls of {@link DataManager} take while 5,000 chunks are pending, downloads run at full speed and the disk
 * is flushed all the time, beside an empty call in the same loop.
 */
final class CallComparison implements Comparison {
    private static final int PENDING = 5_000;
    private static final int READY = 200;
    private static final int FILES = 4;
    private static final int PENDING_FILE_BYTES = 50 << 20;
    private static final DatasetId DATASET = DatasetId.of(new byte[32]);
    private static final Goal UNDER_A_MILLISECOND = Goal.atMost(1_000, 1_000);

    @Override
    public void run(Setting setting, Table table) throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        try (Scratch disk = setting.onDisk();
                Scratch state = setting.inMemory();
                SizedOrigin origin = new SizedOrigin();
                DataManager manager = DataManager.open(
                        disk.directory("data"), Options.defaults().withStateDir(state.path()))) {
            for (int i = 0; i < READY; i++) {
                manager.downloadChunk(chunk(origin, i, 1_000));
            }
            while (manager.listChunks().size() < READY) {
                Thread.sleep(50);
            }
            ChunkSpec[] pending = new ChunkSpec[PENDING];
            for (int i = 0; i < PENDING; i++) {
                pending[i] = chunk(origin, READY + i, PENDING_FILE_BYTES);
                manager.downloadChunk(pending[i]);
            }
            Thread flusher = Thread.ofPlatform().name("flusher").start(() -> flush(disk.path(), stop));
            try {
                measure(setting, table, manager, pending);
            } finally {
                stop.set(true);
                flusher.join();
                manager.setDesired(List.of());
            }
        }
    }

    private static void measure(Setting setting, Table table, DataManager manager, ChunkSpec[] pending) {
        Map<String, Runnable> calls = new LinkedHashMap<>();
        int[] round = {0};
        calls.put("nothing", () -> {});
        calls.put("downloadChunk", () -> manager.downloadChunk(pending[round[0] % PENDING]));
        calls.put("deleteChunk", () -> manager.deleteChunk(chunkId(-1 - round[0] % PENDING)));
        calls.put(
                "findChunk", () -> manager.findChunk(DATASET, round[0] % READY).ifPresent(ChunkRef::close));
        calls.put("listChunks", manager::listChunks);
        int rounds = setting.amount(20_000, 2_000);
        Map<String, List<Latencies>> all = new LinkedHashMap<>();
        for (int repeat = -1; repeat < setting.repeats(); repeat++) {
            Map<String, Latencies> once = new LinkedHashMap<>();
            calls.keySet().forEach(name -> once.put(name, new Latencies()));
            for (int i = 0; i < rounds; i++, round[0]++) {
                for (var call : calls.entrySet()) {
                    long begin = System.nanoTime();
                    call.getValue().run();
                    once.get(call.getKey()).add(System.nanoTime() - begin);
                }
            }
            if (repeat >= 0) {
                once.forEach((name, latencies) ->
                        all.computeIfAbsent(name, _ -> new ArrayList<>()).add(latencies));
            }
        }
        for (String name : List.of("downloadChunk", "deleteChunk", "findChunk", "listChunks")) {
            for (double quantile : new double[] {0.5, 0.999}) {
                table.beyond(
                        "`" + name + "`, " + Table.quantile(quantile),
                        "µs",
                        Samples.of(all.get(name), latencies -> latencies.micros(quantile)),
                        "an empty call",
                        Samples.of(all.get("nothing"), latencies -> latencies.micros(quantile)),
                        quantile == 0.5 ? null : UNDER_A_MILLISECOND);
            }
        }
    }

    private static ChunkSpec chunk(SizedOrigin origin, int number, int fileBytes) {
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i < FILES; i++) {
            files.put("file-" + i, origin.url("chunk-" + number + "-" + i, fileBytes));
        }
        return ChunkSpec.of(chunkId(number), DATASET, new BlockRange(number, number + 1L), files);
    }

    private static ChunkId chunkId(int number) {
        return new ChunkId(0, 0, 0, number);
    }

    /** Writes and forces 16 MB again and again: what a neighbour does that flushes the disk. */
    private static void flush(Path directory, AtomicBoolean stop) {
        try (FileChannel channel =
                FileChannel.open(directory.resolve("flushed"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(16 << 20);
            while (!stop.get()) {
                channel.write(block.clear(), 0);
                channel.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
