package io.datachunk.manager.store;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Processes that run a main class of the tests. */
final class ChildJvm {
    private ChildJvm() {}

    /** How to start a main class with the classes of this process. */
    static List<String> command(Class<?> main, List<String> options, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx128m"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    /** What a command said, once it has ended. */
    record Ended(int status, String output) {}

    static Ended run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                fail("does not end: " + output);
            }
            return new Ended(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Skips a test that this machine cannot run, and says why; fails where everything has to run. */
    static void require(String what, List<String> probe) throws IOException, InterruptedException {
        Ended ended;
        try {
            ended = run(probe);
        } catch (IOException e) {
            ended = new Ended(-1, e.toString());
        }
        if (ended.status() != 0) {
            String reason = "needs " + what + ": " + ended.output().strip();
            if ("true".equals(System.getenv("CI_REQUIRE_ALL"))) {
                fail(reason);
            }
            System.out.println("skipped: " + reason);
            Assumptions.abort(reason);
        }
    }
}
