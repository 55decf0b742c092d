package io.datachunk.agent.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The main job from end to end: an origin, an agent and a worker on this machine; chunks come, are held, go and resume.
 * Ends with 0, or with 1 and the expectation that was not met. Used by one thread.
 *
 * <p>Arguments: the agent's jar, a directory to work in, MiB a chunk.
 */
final class Demo implements AutoCloseable {
    private static final int CHUNKS = 12;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path work;
    private final Path jar;
    private final Path manifests;
    private final Path dataDir;
    private final Path stateDir;
    private final long chunkMiB;
    private final List<DemoChunk> chunks;
    private final DemoOrigin origin;
    private final AtomicLong lookups = new AtomicLong();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final long beganNanos = System.nanoTime();
    private DemoAgent agent;

    /** Opened while there is an agent; goes on without one. */
    private @Nullable ChunkIndex index;

    private Demo(Path jar, Path work, long chunkMiB) throws IOException {
        this.jar = jar;
        this.chunkMiB = chunkMiB;
        this.work = Files.createTempDirectory(Files.createDirectories(work), "demo-");
        this.manifests = Files.createDirectory(this.work.resolve("manifests"));
        this.dataDir = Files.createDirectory(this.work.resolve("data"));
        Path memory = Path.of("/dev/shm");
        this.stateDir = Files.createTempDirectory(Files.isWritable(memory) ? memory : this.work, "datachunk-demo-");
        this.chunks = IntStream.range(0, CHUNKS)
                .mapToObj(number -> new DemoChunk(number, chunkMiB << 20))
                .toList();
        this.origin = new DemoOrigin(chunks);
        this.agent = DemoAgent.start(jar, manifests, dataDir, stateDir);
    }

    public static void main(String[] arguments) throws Exception {
        try (Demo demo = new Demo(Path.of(arguments[0]), Path.of(arguments[1]), Long.parseLong(arguments[2]))) {
            demo.run();
        } catch (UnmetException unmet) {
            System.out.println("\nFAILED: " + unmet.getMessage());
            System.exit(1);
        }
    }

    /** Something that the demo promised did not happen. */
    private static final class UnmetException extends Exception {
        private static final long serialVersionUID = 1L;

        UnmetException(String expectation) {
            super("it was expected that " + expectation);
        }
    }

    /** Something that will be so soon. */
    private interface Condition {
        boolean holds() throws IOException;
    }

    private void run() throws Exception {
        DemoChunk first = chunks.getFirst();
        say("An origin serves " + CHUNKS + " chunks of 4 files, about " + chunkMiB + " MiB each, at " + origin.url());
        say("An agent (pid " + agent.process().pid() + ") keeps what " + manifests + " declares in " + dataDir);
        await("the agent is ready", agent::isReady);

        say("Declaring all " + CHUNKS + " chunks: a file each");
        for (DemoChunk chunk : chunks) {
            declare(chunk);
        }
        try (Child worker = startWorker(first)) {
            say("A worker (pid " + worker.pid()
                    + ") looks blocks up all the time, and holds the first chunk when it comes");
            awaitAllReady();
            await(
                    "the worker holds " + first.name(),
                    () -> worker.said("holding").isPresent());
            say("All chunks are here. Worker " + worker.pid() + " holds " + first.name());

            say("Removing the declaration of " + first.name() + ", which the worker holds");
            Files.delete(manifest(first));
            await(
                    "the agent says that worker " + worker.pid() + " holds " + first.name(),
                    () -> isHeldBy(first, worker));
            expect(
                    "the directory of a chunk that is held stays",
                    directoryOf(first).isPresent());
            expect("a chunk that nobody declares is not found", !isFound(first));
            say("It is not found any more, but its directory stays: "
                    + agent.row(first)
                            .map(row -> "/v1/chunks has holders " + row.path("holders"))
                            .orElse(""));

            say("Killing the worker with SIGKILL: it releases nothing itself");
            worker.kill();
        }
        await(
                "the directory of " + first.name() + " goes once its holder is dead",
                () -> directoryOf(first).isEmpty());
        say("The directory is gone: a dead holder is noticed by its lock");

        killInMidDownload(first);
        expect("the worker never met a chunk that was not there, but it said: " + wrong, wrong.isEmpty());
        say("Telling the agent to end (SIGTERM)");
        int exit = agent.process().end();
        expect("the agent ends with 0 after SIGTERM, but it was " + exit, exit == 0);
        summarize();
    }

    private void killInMidDownload(DemoChunk chunk) throws Exception {
        say("Declaring " + chunk.name() + " again, with an origin that is slow now");
        origin.brake(Math.max(1, chunk.bytes() / 24));
        declare(chunk);
        await(
                "a third of " + chunk.name() + " has arrived",
                () -> agent.row(chunk)
                        .filter(row -> state(row).equals("Downloading"))
                        .filter(row -> row.path("bytesDone").asLong() > chunk.bytes() / 3)
                        .isPresent());
        say("Killing the agent with SIGKILL in the middle of the download");
        agent.process().kill();
        expect("chunks are found while no agent runs", isFound(chunks.getLast()));
        expect("half a chunk is not found", !isFound(chunk));
        agent.close();

        origin.brake(Long.MAX_VALUE);
        long sentBefore = origin.sentBytes();
        int resumedBefore = origin.resumed();
        agent = DemoAgent.start(jar, manifests, dataDir, stateDir);
        say("Readers went on without it. Another agent (pid " + agent.process().pid()
                + ") starts: it lists what is there at once, and reads how much that is afterwards");
        awaitAllReady();
        long sent = origin.sentBytes() - sentBefore;
        expect("the download goes on with range requests", origin.resumed() > resumedBefore);
        expect("only what is missing is sent, but it was " + mib(sent), sent < chunk.bytes() * 3 / 4);
        say("The download went on where it was: only " + mib(sent) + " of " + mib(chunk.bytes())
                + " were sent after the kill");
        verify();
        say("Every byte of every chunk is the declared one");
    }

    private void summarize() {
        long seconds = Duration.ofNanos(System.nanoTime() - beganNanos).toSeconds();
        System.out.println();
        System.out.println("It did what it promises, in " + seconds + " s:");
        System.out.println(
                "  " + CHUNKS + " chunks (" + mib(CHUNKS * chunks.getFirst().bytes())
                        + ") were downloaded, verified and found; " + mib(origin.sentBytes()) + " were sent in all");
        System.out.println(
                "  the worker looked " + lookups + " blocks up meanwhile, and never met a chunk that was not there");
        System.out.println("  a chunk that was held stayed until its holder was killed, and then went");
        System.out.println("  a download went on after the agent was killed (" + origin.resumed() + " range requests)");
    }

    private Child startWorker(DemoChunk held) throws IOException {
        return Child.start(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        DemoWorker.class.getName(),
                        dataDir.toString(),
                        stateDir.toString(),
                        String.valueOf(CHUNKS * 1_000L),
                        String.valueOf(held.block())),
                line -> {
                    if (line.startsWith("lookups ")) {
                        lookups.set(Long.parseLong(line.substring("lookups ".length())));
                    } else if (!line.startsWith("holding ")) {
                        wrong.add(line);
                    }
                });
    }

    /** A manifest appears as a whole, as those who write some should make it. */
    private void declare(DemoChunk chunk) throws IOException {
        Path draft = Files.writeString(work.resolve(chunk.name() + ".draft"), chunk.manifest(origin.url()));
        Files.move(draft, manifest(chunk), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path manifest(DemoChunk chunk) {
        return manifests.resolve(chunk.name() + ".yaml");
    }

    private void awaitAllReady() throws UnmetException, IOException, InterruptedException {
        AtomicReference<String> shown = new AtomicReference<>("");
        await("all " + CHUNKS + " chunks are ready", () -> {
            List<JsonNode> rows = agent.rows();
            long ready = rows.stream().filter(row -> state(row).equals("Ready")).count();
            long downloading = rows.stream()
                    .filter(row -> state(row).equals("Downloading"))
                    .count();
            long done = rows.stream()
                    .mapToLong(row -> row.path("bytesDone").asLong())
                    .sum();
            String line = "     %2d of %d ready, %d downloading, %s".formatted(ready, CHUNKS, downloading, mib(done));
            if (!rows.isEmpty() && !line.equals(shown.getAndSet(line))) {
                System.out.println(line);
            }
            return ready == CHUNKS;
        });
    }

    private boolean isHeldBy(DemoChunk chunk, Child holder) {
        return agent.row(chunk)
                .filter(row -> state(row).equals("Retiring"))
                .filter(row -> {
                    boolean named = false;
                    for (JsonNode each : row.path("holders")) {
                        named |= each.path("pid").asLong() == holder.pid();
                    }
                    return named
                            || stateDir.startsWith(work) && !row.path("holders").isEmpty();
                })
                .isPresent();
    }

    private static String state(JsonNode row) {
        return row.path("state").asText();
    }

    /** By names alone, for directories may go meanwhile. */
    private Optional<Path> directoryOf(DemoChunk chunk) {
        Path chunks = dataDir.resolve("chunks");
        return names(chunks)
                .flatMap(dataset -> names(dataset))
                .filter(path -> path.getFileName().toString().contains("-" + chunk.id() + "."))
                .findFirst();
    }

    private static Stream<Path> names(Path directory) {
        return Stream.ofNullable(directory.toFile().list()).flatMap(Stream::of).map(directory::resolve);
    }

    private ChunkIndex index() throws IOException {
        ChunkIndex opened = index;
        if (opened == null) {
            opened = ChunkIndex.open(dataDir, stateDir);
            index = opened;
        }
        return opened;
    }

    private boolean isFound(DemoChunk chunk) throws IOException {
        Optional<ChunkRef> found = index().find(DemoChunk.DATASET, chunk.block());
        found.ifPresent(ChunkRef::close);
        return found.isPresent();
    }

    private void verify() throws IOException, UnmetException {
        for (DemoChunk chunk : chunks) {
            Optional<ChunkRef> found = index().find(DemoChunk.DATASET, chunk.block());
            expect(chunk.name() + " is found", found.isPresent());
            try (ChunkRef reference = found.orElseThrow()) {
                for (DemoChunk.File file : chunk.files()) {
                    expect(
                            file.path() + " has the bytes that the origin has",
                            isWhole(reference.path().resolve(file.name()), file));
                }
            }
        }
    }

    private static boolean isWhole(Path path, DemoChunk.File file) throws IOException {
        if (Files.size(path) != file.bytes()) {
            return false;
        }
        int step = 1 << 20;
        try (InputStream in = Files.newInputStream(path)) {
            for (long offset = 0; offset < file.bytes(); offset += step) {
                byte[] read = in.readNBytes(step);
                if (!Arrays.equals(read, file.slice(offset, read.length))) {
                    return false;
                }
            }
        }
        return true;
    }

    private void await(String expectation, Condition condition)
            throws UnmetException, IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (!agent.process().isAlive() || System.nanoTime() > deadline) {
                agent.process().lastWords(20).forEach(line -> System.out.println("     agent: " + line));
                throw new UnmetException(expectation);
            }
            Thread.sleep(100);
        }
    }

    private static void expect(String expectation, boolean met) throws UnmetException {
        if (!met) {
            throw new UnmetException(expectation);
        }
    }

    private void say(String line) {
        long millis = Duration.ofNanos(System.nanoTime() - beganNanos).toMillis();
        System.out.printf("%4d.%d %s%n", millis / 1_000, millis % 1_000 / 100, line);
    }

    private static String mib(long bytes) {
        return (bytes >> 20) + " MiB";
    }

    @Override
    public void close() throws IOException {
        if (index != null) {
            index.close();
        }
        agent.close();
        origin.close();
        removeAll(work);
        removeAll(stateDir);
    }

    private static void removeAll(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
