package io.datachunk.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A program of the machine, run to its end under GNU time. */
final class Program {
    private static final Path TIME = Path.of("/usr/bin/time");

    private Program() {}

    /** Why a comparison with some programs cannot be made here; empty: it can. */
    static Optional<String> missing(String... names) {
        List<String> needed = new ArrayList<>(List.of(names));
        needed.add("time");
        needed.removeIf(name -> List.of("/usr/bin", "/usr/sbin", "/bin").stream()
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name))));
        return needed.isEmpty() ? Optional.empty() : Optional.of("not installed: " + String.join(", ", needed));
    }

    /** Runs a line of the shell; what it prints goes to a file that is printed if it fails. */
    static Usage run(Path log, String shell) throws IOException, InterruptedException {
        Path usage = Path.of(log + ".usage");
        long begin = System.nanoTime();
        int exit = new ProcessBuilder(
                        TIME.toString(), "-q", "-f", "%U %S %M", "-o", usage.toString(), "sh", "-ec", shell)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (exit != 0) {
            throw new IOException(shell + " ended with " + exit + ": " + Files.readString(log));
        }
        double[] used = Child.numbers(Files.readString(usage).strip());
        return new Usage(seconds, used[0] + used[1], used[2] / 1024);
    }
}
