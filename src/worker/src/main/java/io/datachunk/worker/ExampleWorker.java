package io.datachunk.worker;

import io.datachunk.reader.ChunkId;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads every byte of the chunks that are here, and then looks blocks up for as long as it runs. Owned by the main thread.
 *
 * <p>It prints a line for each file that it has read, {@code read CHUNK FILE SHA-256}; {@code read all N}; {@code holding PATH} when it is to hold a chunk; and once a
 * second {@code finds N failures M}, both since all of its blocks were first found. A failure is a block that is not found any more, a chunk that was found and is
 * not there, or a held one that has gone.
 */
public final class ExampleWorker {
    private static final long OPEN_AGAIN_MS = 500;
    private static final long SECOND_NS = 1_000_000_000;

    /** A breath after so many finds: this is an example, and others need the processor too. */
    private static final int FINDS_AT_ONCE = 1_000;

    private final ChunkIndex chunks;
    private final WorkerSettings settings;
    private final DatasetIndex dataset;
    private long finds;
    private long failures;

    private ExampleWorker(ChunkIndex chunks, WorkerSettings settings) {
        this.chunks = chunks;
        this.settings = settings;
        this.dataset = chunks.dataset(settings.dataset());
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        WorkerSettings settings = WorkerSettings.of(System.getenv());
        try (ChunkIndex chunks = open(settings)) {
            new ExampleWorker(chunks, settings).work();
        }
    }

    /** A worker may be here before the agent. */
    private static ChunkIndex open(WorkerSettings settings) throws InterruptedException {
        while (true) {
            try {
                return settings.stateDir().isPresent()
                        ? ChunkIndex.open(
                                settings.dataDir(), settings.stateDir().get())
                        : ChunkIndex.open(settings.dataDir());
            } catch (IOException e) {
                System.out.println("waiting: " + e.getMessage());
                Thread.sleep(OPEN_AGAIN_MS);
            }
        }
    }

    private void work() throws IOException, InterruptedException {
        while (failuresIn(settings.firstBlock(), settings.endBlock()) > 0) {
            System.out.println("waiting for blocks");
            Thread.sleep(OPEN_AGAIN_MS);
        }
        readAll();
        Optional<ChunkRef> held = settings.heldBlock().isPresent()
                ? dataset.find(settings.heldBlock().getAsLong())
                : Optional.empty();
        try {
            held.ifPresent(chunk -> System.out.println("holding " + chunk.path()));
            findForEver(held);
        } finally {
            held.ifPresent(ChunkRef::close);
        }
    }

    private void findForEver(Optional<ChunkRef> held) throws InterruptedException {
        long report = System.nanoTime();
        for (long block = settings.firstBlock(); true; ) {
            long end = Math.min(block + FINDS_AT_ONCE, settings.endBlock());
            failures += failuresIn(block, end);
            finds += end - block;
            block = end == settings.endBlock() ? settings.firstBlock() : end;
            if (System.nanoTime() - report >= SECOND_NS) {
                report += SECOND_NS;
                if (held.isPresent() && !Files.isDirectory(held.get().path())) {
                    failures++;
                }
                System.out.println("finds " + finds + " failures " + failures);
            }
            Thread.sleep(1);
        }
    }

    /** Looks each block up; the chunk of the last one has to be there too. */
    private long failuresIn(long first, long end) {
        long missing = 0;
        for (long block = first; block < end; block++) {
            try (ChunkRef chunk = dataset.find(block).orElse(null)) {
                if (chunk == null || block == end - 1 && !Files.isDirectory(chunk.path())) {
                    missing++;
                }
            }
        }
        return missing;
    }

    private void readAll() throws IOException {
        int files = 0;
        for (ChunkId id : chunks.list()) {
            try (ChunkRef chunk = chunks.get(id).orElse(null)) {
                if (chunk != null) { // or else it has gone since it was listed
                    files += read(chunk);
                }
            }
        }
        System.out.println("read all " + files);
    }

    private static int read(ChunkRef chunk) throws IOException {
        int files = 0;
        try (var directory = Files.newDirectoryStream(chunk.path(), "[!.]*")) {
            for (Path file : directory) {
                System.out.println("read " + chunk.id() + " " + file.getFileName() + " " + FileDigest.sha256(file));
                files++;
            }
        }
        return files;
    }
}
