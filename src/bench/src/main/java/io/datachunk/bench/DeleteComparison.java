package io.datachunk.bench;

import io.datachunk.manager.DataManager;
import io.datachunk.manager.Options;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What others on a node notice while much is deleted: one that forces small writes to the same disk, and a worker. */
final class DeleteComparison implements Comparison {
    private static final int FILES = 5;
    private static final int FILE_BYTES = 40 << 20;
    private static final long QUIET_MILLIS = 3_000;

    /** Milliseconds of the one that writes, microseconds of the worker. */
    private record Noticed(double seconds, double[] writes, double[] finds) {}

    @Override
    public void run(Setting setting, Table table) throws Exception {
        int chunks = setting.amount(50, 4);
        Map<String, List<Noticed>> noticed = new Turns<Noticed>()
                .with("ours", () -> during(setting, chunks, DeleteComparison::delete))
                .with("rm", () -> during(setting, chunks, DeleteComparison::remove))
                .with("nothing", () -> during(setting, chunks, (_, _, _) -> Thread.sleep(QUIET_MILLIS)))
                .run(1, setting.repeats());
        String of = String.format(" of %.1f GB", (double) chunks * FILES * FILE_BYTES / 1e9);
        String[] quantiles = {"p50", "p99", "max"};
        for (int i = 0; i < quantiles.length; i++) {
            int column = i;
            for (String peer : List.of("rm", "nothing")) {
                table.ratio(
                        "4 KB write and fsync, " + quantiles[i],
                        "ms",
                        Samples.of(noticed.get("ours"), one -> one.writes()[column]),
                        peer.equals("rm") ? "`rm -r`" : "no deletion",
                        Samples.of(noticed.get(peer), one -> one.writes()[column]),
                        null);
            }
        }
        String[] findQuantiles = {"p50", "p99", "p99.99", "max"};
        for (int i = 0; i < findQuantiles.length; i++) {
            int column = i;
            table.ratio(
                    "find + hold + close, " + findQuantiles[i],
                    "µs",
                    Samples.of(noticed.get("ours"), one -> one.finds()[column]),
                    "no deletion",
                    Samples.of(noticed.get("nothing"), one -> one.finds()[column]),
                    null);
        }
        table.ratio(
                "deletion" + of,
                "s",
                Samples.of(noticed.get("ours"), Noticed::seconds),
                "`rm -r`",
                Samples.of(noticed.get("rm"), Noticed::seconds),
                null);
    }

    @FunctionalInterface
    private interface Deletion {
        void of(Path data, DataManager manager, List<ChunkDirectory> chunks) throws Exception;
    }

    private static Noticed during(Setting setting, int chunks, Deletion deletion) throws Exception {
        try (Scratch disk = setting.onDisk();
                Scratch state = setting.inMemory()) {
            Path data = disk.directory("data");
            ChunksOnDisk written = ChunksOnDisk.write(data, chunks + 1, FILES, FILE_BYTES);
            // With a state of its own, for in one that has just been made nothing is deleted for 10 s.
            DataManager.open(data, Options.defaults().withStateDir(state.path()))
                    .close();
            new ProcessBuilder("sync").start().waitFor();
            try (DataManager manager = DataManager.open(data, Options.defaults().withStateDir(state.path()));
                    Child writer = Child.start(
                            Child.WORKER_FLAGS,
                            SyncingProcess.class,
                            disk.path().resolve("forced"));
                    Child worker = Child.start(Child.WORKER_FLAGS, FindingProcess.class, data, state.path(), chunks)) {
                writer.hear();
                worker.hear();
                Thread.sleep(1_000); // until their code is compiled
                writer.ask("begin");
                worker.ask("begin");
                long begin = System.nanoTime();
                deletion.of(data, manager, written.directories().subList(0, chunks));
                double seconds = (System.nanoTime() - begin) / 1e9;
                return new Noticed(seconds, Child.numbers(writer.ask("end")), Child.numbers(worker.ask("end")));
            }
        }
    }

    private static void delete(Path data, DataManager manager, List<ChunkDirectory> chunks)
            throws InterruptedException {
        chunks.forEach(chunk -> manager.deleteChunk(chunk.id()));
        while (manager.status().size() > 1) {
            Thread.sleep(5);
        }
    }

    private static void remove(Path data, DataManager manager, List<ChunkDirectory> chunks)
            throws IOException, InterruptedException {
        String directories = String.join(
                " ", chunks.stream().map(ChunkDirectory::relativePath).toList());
        new ProcessBuilder("sh", "-ec", "rm -r " + directories)
                .directory(data.toFile())
                .inheritIO()
                .start()
                .waitFor();
    }
}
