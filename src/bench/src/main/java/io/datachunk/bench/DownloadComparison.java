package io.datachunk.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Downloads from nginx on loopback, beside curl, aria2 and dd: what is downloaded is the same in each row. Ours is a process that goes on, as
 * the agent does, and forces every file to the disk, also where the others do not.
 */
final class DownloadComparison implements Comparison {
    private static final int FILES = 4;
    private static final double GIGABYTE = 1e9;
    private static final int SMALL_FILE_BYTES = 20_000;
    private static final int SMALL_FILES = 50;
    private static final int AT_ONCE = 8;

    /** Of one amount: so many chunks of {@link #FILES} files of so many bytes. */
    private record Amount(String file, int chunks, int files, int fileBytes) {
        double gigabytes() {
            return (double) chunks * files * fileBytes / GIGABYTE;
        }

        int allFiles() {
            return chunks * files;
        }

        String toFetch(String url) {
            return url + " " + chunks + " " + files;
        }
    }

    /**
     * What the contestants used, as rows.
     *
     * @param used of each contestant by its name
     */
    private record Rows(Table table, Map<String, List<Usage>> used) {
        void wall(String what, String unit, double units, String ours, String peer, @Nullable Goal goal) {
            row("wall, " + what, unit, usage -> usage.seconds() / units, ours, peer, goal);
        }

        void cpu(String what, String unit, double units, String ours, String peer, @Nullable Goal goal) {
            row("CPU, " + what, unit, usage -> usage.cpuSeconds() / units, ours, peer, goal);
        }

        private void row(
                String what,
                String unit,
                ToDoubleFunction<Usage> figure,
                String ours,
                String peer,
                @Nullable Goal goal) {
            table.ratio(what, unit, samples(ours, figure), peer, samples(peer, figure), goal);
        }

        Samples samples(String contestant, ToDoubleFunction<Usage> figure) {
            return Samples.of(used.get(contestant), figure);
        }
    }

    @Override
    public void run(Setting setting, Table table) throws Exception {
        Optional<String> missing = Program.missing("nginx", "curl", "openssl");
        if (missing.isPresent()) {
            table.missing("everything", missing.get());
            return;
        }
        Amount large = new Amount("large", setting.amount(10, 2), FILES, setting.amount(50_000_000, 10_000_000));
        Amount small = new Amount("small", setting.amount(40, 4), SMALL_FILES, SMALL_FILE_BYTES);
        try (Scratch server = setting.inMemory();
                Nginx nginx = Nginx.start(server.path())) {
            String sha256 = nginx.put(large.file(), large.fileBytes());
            nginx.put(small.file(), small.fileBytes());
            try (Scratch disk = setting.onDisk();
                    Scratch state = setting.inMemory();
                    Child engine = engine(disk, state, nginx)) {
                onDisk(setting, table, nginx, large, disk, engine);
            }
            try (Scratch memory = setting.inMemory();
                    Child engine = engine(memory, nginx)) {
                inMemory(setting, table, nginx, large, small, sha256, memory, engine);
            }
        }
    }

    private static Child engine(Scratch scratch, Nginx nginx) throws IOException {
        return engine(scratch, scratch, nginx);
    }

    private static Child engine(Scratch scratch, Scratch state, Nginx nginx) throws IOException {
        Child engine = Child.start(
                Child.AGENT_FLAGS,
                FetchProcess.class,
                scratch.directory("data"),
                state.directory("state"),
                nginx.certificate());
        engine.hear();
        return engine;
    }

    private static void inMemory(
            Setting setting,
            Table table,
            Nginx nginx,
            Amount large,
            Amount small,
            String sha256,
            Scratch memory,
            Child engine)
            throws Exception {
        Path target = memory.directory("target");
        Map<String, List<Usage>> used = new LinkedHashMap<>();
        // In groups of like amounts, for memory that another has just given back costs less than other memory.
        used.putAll(new Turns<Usage>()
                .with("sha256", () -> fetch(engine, large.toFetch(nginx.plainUrl(large.file())) + " " + sha256))
                .with("plain", () -> fetch(engine, large.toFetch(nginx.plainUrl(large.file()))))
                .with("curl", () -> curl(target, nginx.plainUrl(large.file()), large, ""))
                .run(1, setting.repeats()));
        // Of small files the code is what costs, and an agent runs for weeks: once that is compiled.
        used.putAll(new Turns<Usage>()
                .with("small", () -> fetch(engine, small.toFetch(nginx.plainUrl(small.file()))))
                .with("curl, 20 KB", () -> curl(target, nginx.plainUrl(small.file()), small, ""))
                .run(setting.amount(50, 1), setting.repeats()));

        Rows rows = new Rows(table, used);
        double gigabytes = large.gigabytes();
        rows.wall("in memory", "s/GB", gigabytes, "plain", "curl", Goal.atMost(0.60, 0.45));
        rows.cpu("in memory", "s/GB", gigabytes, "plain", "curl", null);
        table.beyond(
                "CPU of SHA-256",
                "s/GB",
                rows.samples("sha256", usage -> usage.cpuSeconds() / gigabytes),
                "without",
                rows.samples("plain", usage -> usage.cpuSeconds() / gigabytes),
                Goal.atMost(0.75, 0.65));
        double files = small.allFiles() / 1e6;
        rows.cpu("20 KB files", "µs a file", files, "small", "curl, 20 KB", Goal.atMost(2.0, 1.0));
        rows.wall("20 KB files", "µs a file", files, "small", "curl, 20 KB", null);
        rows.row("most memory", "MB", Usage::megabytes, "sha256", "curl", null);
    }

    private static void onDisk(Setting setting, Table table, Nginx nginx, Amount large, Scratch disk, Child engine)
            throws Exception {
        Optional<String> noAria = Program.missing("aria2c");
        Path target = disk.directory("target");
        String plainUrl = nginx.plainUrl(large.file());
        String tlsUrl = nginx.tlsUrl(large.file());
        Turns<Usage> turns = new Turns<Usage>()
                .with("ours", () -> fetch(engine, large.toFetch(plainUrl)))
                .with("curl", () -> curl(target, plainUrl, large, ""))
                .with("curl, then fsync", () -> synced(target, curlCommand(target, plainUrl, large, "")))
                .with("dd with fsync", () -> dd(target, nginx.file(large.file()), large))
                .with("tls", () -> fetch(engine, large.toFetch(tlsUrl)))
                .with("curl, TLS", () -> curl(target, tlsUrl, large, "--cacert " + nginx.certificate()));
        if (noAria.isEmpty()) {
            turns.with("aria2, then fsync", () -> aria2(target, plainUrl, large));
        }
        Rows rows = new Rows(table, turns.run(1, setting.repeats()));
        double gigabytes = large.gigabytes();
        rows.wall("plain", "s/GB", gigabytes, "ours", "curl", Goal.atMost(0.60, 0.45));
        rows.cpu("plain", "s/GB", gigabytes, "ours", "curl", Goal.atMost(0.80, 0.55));
        rows.wall("TLS 1.3", "s/GB", gigabytes, "tls", "curl, TLS", null);
        rows.cpu("TLS 1.3", "s/GB", gigabytes, "tls", "curl, TLS", Goal.atMost(0.90, 0.75));
        rows.wall("both with fsync", "s/GB", gigabytes, "ours", "curl, then fsync", null);
        if (noAria.isEmpty()) {
            rows.wall("both with fsync", "s/GB", gigabytes, "ours", "aria2, then fsync", Goal.atMost(0.70, 0.40));
            rows.cpu("both with fsync", "s/GB", gigabytes, "ours", "aria2, then fsync", null);
        } else {
            table.missing("wall, both with fsync, beside aria2", noAria.get());
        }
        table.timesFaster(
                "throughput",
                "s/GB",
                rows.samples("ours", usage -> usage.seconds() / gigabytes),
                "dd with fsync",
                rows.samples("dd with fsync", usage -> usage.seconds() / gigabytes),
                Goal.atLeast(0.80, 0.95));
    }

    private static Usage fetch(Child engine, String what) throws IOException {
        Usage usage = Usage.parse(engine.ask(what));
        engine.hear(); // that it has deleted them
        return usage;
    }

    private static Usage curl(Path target, String url, Amount amount, String options) throws Exception {
        return emptied(target, curlCommand(target, url, amount, options));
    }

    private static String curlCommand(Path target, String url, Amount amount, String options) throws IOException {
        Path files = Files.writeString(
                target.resolveSibling("curl.files"),
                IntStream.range(0, amount.allFiles())
                        .mapToObj(i -> "url = %s%noutput = %s/%d%n".formatted(url, target, i))
                        .collect(Collectors.joining()));
        return "curl -sSf --parallel --parallel-max %d %s -K %s".formatted(AT_ONCE, options, files);
    }

    private static Usage aria2(Path target, String url, Amount amount) throws Exception {
        Path files = Files.writeString(
                target.resolveSibling("aria2.files"),
                IntStream.range(0, amount.allFiles())
                        .mapToObj(i -> "%s%n  out=%d%n".formatted(url, i))
                        .collect(Collectors.joining()));
        return synced(
                target,
                "aria2c --no-conf --quiet --max-concurrent-downloads=%d --file-allocation=none --dir=%s --input-file=%s"
                        .formatted(AT_ONCE, target, files));
    }

    private static Usage dd(Path target, Path source, Amount amount) throws Exception {
        return emptied(
                target,
                "for i in $(seq %d); do dd if=%s of=%s/$i bs=1M conv=fsync status=none; done"
                        .formatted(amount.allFiles(), source, target));
    }

    /** A command whose files are forced to the disk thereafter, as ours are. */
    private static Usage synced(Path target, String command) throws Exception {
        return emptied(target, command + " && sync -d " + target + "/*");
    }

    private static Usage emptied(Path target, String command) throws Exception {
        Usage usage = Program.run(target.resolveSibling("log"), command);
        Scratch.delete(target);
        Files.createDirectory(target);
        return usage;
    }
}
