package io.datachunk.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The races of the reference protocol on mapped memory, by jcstress: what the memory model of the machine at hand allows is
 * seen. {@code -Dstress.iterations} says for how many seconds each of the configurations of each race runs, 2 unless it is set.
 */
class StressIT {
    private static final int ITERATIONS = Integer.getInteger("stress.iterations", 2);
    private static final int MOST_MINUTES = 30;

    @TempDir
    private Path directory;

    @Test
    void noRaceEndsAsItMustNot() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one processor has no races to see");
        Path output = directory.resolve("output");
        Process jcstress = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.openjdk.jcstress.Main",
                        "-t",
                        "io.datachunk.reader",
                        "-f",
                        "1",
                        "-iters",
                        String.valueOf(ITERATIONS),
                        "-time",
                        "1000",
                        "-jvmArgs",
                        "-XX:+UseSerialGC -Xmx512m",
                        "-sc",
                        "false",
                        "-v",
                        "-r",
                        directory.resolve("report").toString()))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = jcstress.waitFor(MOST_MINUTES, TimeUnit.MINUTES);
            String said = Files.readString(output);
            assertThat(ended).as(said).isTrue();
            assertThat(jcstress.exitValue()).as(said).isZero();
            assertThat(said)
                    .contains(
                            "[OK] io.datachunk.reader.AcquireAgainstRetire",
                            "[OK] io.datachunk.reader.CopyAgainstClose");
            System.out.println(said.substring(said.indexOf("RUN RESULTS")));
        } finally {
            jcstress.destroyForcibly();
        }
    }
}
