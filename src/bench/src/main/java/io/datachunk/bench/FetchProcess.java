package io.datachunk.bench;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.ChunkStatus;
import io.datachunk.manager.DataManager;
import io.datachunk.manager.Digest;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Options;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The engine in a process of its own, with the flags of the agent. Arguments: data directory, state directory, and a
 * file of certificates to trust or {@code -}. It is asked {@code URL chunks files [sha256]}: it downloads so many chunks of so many files
 * each from there, says the seconds, the seconds of CPU and the most megabytes that it ever had, and deletes them.
 */
final class FetchProcess {
    private static final DatasetId DATASET = DatasetId.of(new byte[32]);

    private FetchProcess() {}

    /** Downloads until its input ends. */
    public static void main(String[] arguments) throws Exception {
        Options options = Options.defaults().withStateDir(Path.of(arguments[1]));
        if (!arguments[2].equals("-")) {
            options = options.withCertificateAuthorities(Path.of(arguments[2]));
        }
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        long next = 1;
        try (DataManager manager = DataManager.open(Path.of(arguments[0]), options)) {
            System.out.println("there");
            for (String line = asked.readLine(); line != null; line = asked.readLine()) {
                List<ChunkSpec> chunks = chunks(line.split(" "), next);
                next += chunks.size();
                System.out.println(fetch(manager, chunks));
                chunks.forEach(chunk -> manager.deleteChunk(chunk.id()));
                while (!manager.status().isEmpty()) {
                    Thread.sleep(5);
                }
                System.out.println("deleted");
            }
        }
    }

    private static String fetch(DataManager manager, List<ChunkSpec> chunks) throws Exception {
        long cpu = cpuNanos();
        long begin = System.nanoTime();
        manager.setDesired(chunks);
        while (manager.listChunks().size() < chunks.size()) {
            Thread.sleep(2);
            Optional<ChunkStatus> failed = manager.status().stream()
                    .filter(status -> status.state() == ChunkStatus.State.FAILED)
                    .findAny();
            if (failed.isPresent()) {
                throw new IOException(failed.get().toString());
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return String.format(
                Locale.ROOT, "%.4f %.4f %.1f", seconds, (cpuNanos() - cpu) / 1e9, mostKilobytes() / 1024.0);
    }

    private static List<ChunkSpec> chunks(String[] asked, long firstId) {
        Optional<Digest> digest = asked.length > 3 ? Optional.of(Digest.sha256(asked[3])) : Optional.empty();
        List<ChunkSpec> chunks = new ArrayList<>();
        for (int chunk = 0; chunk < Integer.parseInt(asked[1]); chunk++) {
            List<FileSpec> files = new ArrayList<>();
            for (int file = 0; file < Integer.parseInt(asked[2]); file++) {
                files.add(new FileSpec("file-" + file, URI.create(asked[0]), OptionalLong.empty(), digest));
            }
            chunks.add(new ChunkSpec(
                    new ChunkId(0, 0, 0, firstId + chunk), DATASET, new BlockRange(chunk, chunk + 1L), files));
        }
        return chunks;
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static long mostKilobytes() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
