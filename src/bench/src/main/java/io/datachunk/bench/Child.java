package io.datachunk.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Another Java process of a benchmark: a main class that says a line when it is there, and then answers lines with
 * lines. Its error output is this process's. Owned by the thread that asks.
 */
final class Child implements AutoCloseable {
    /** What is in the paths of this project, and of what its engine depends on. */
    private static final List<String> NEEDED =
            List.of("datachunk", "src", "okhttp", "okio", "kotlin", "jackson", "slf4j");

    /** As the agent runs: {@code agent.jvmFlags} of the build. */
    static final List<String> AGENT_FLAGS =
            List.of(System.getProperty("agent.jvmFlags").split(","));

    /** As small as a worker that does nothing but find. */
    static final List<String> WORKER_FLAGS = List.of("-Xmx256m", "-XX:+UseSerialGC");

    /** Without the peers and what measures them: a start reads every jar that it is given. */
    private static final String CLASS_PATH = Arrays.stream(
                    System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> NEEDED.stream().anyMatch(entry::contains))
            .map(Child::jar)
            .collect(Collectors.joining(File.pathSeparator));

    private final Process process;
    private final BufferedReader said;

    private Child(Process process) {
        this.process = process;
        this.said = process.inputReader(StandardCharsets.UTF_8);
    }

    /** For the directory of classes the jar made of it, as where a program is installed: no archive of classes has directories. */
    private static String jar(String entry) {
        return Files.isDirectory(Path.of(entry)) ? System.getProperty("bench.jar") : entry;
    }

    static Child start(List<String> flags, Class<?> main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", CLASS_PATH, main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new Child(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    void say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** The next line that it says. */
    String hear() throws IOException {
        @Nullable String line = said.readLine();
        if (line == null) {
            throw new IOException("the process of a benchmark has ended; it printed why");
        }
        return line;
    }

    String ask(String line) throws IOException {
        say(line);
        return hear();
    }

    /** Numbers that it says, with blanks between them. */
    static double[] numbers(String line) {
        return List.of(line.split(" ")).stream()
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** Lets it end by itself. */
    void end() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
