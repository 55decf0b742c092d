package io.datachunk.agent.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A Java process that the demo started, and what it said. Thread-safe. */
final class Child implements AutoCloseable {
    /** More than anybody reads, and no burden. */
    private static final int MAX_LINES = 10_000;

    private static final List<String> PROXY_VARIABLES = List.of("http_proxy", "https_proxy", "all_proxy");

    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private Child(Process process, Consumer<String> listener) {
        this.process = process;
        Thread.ofVirtual().start(() -> {
            try (BufferedReader reader = process.inputReader()) {
                reader.lines().forEach(line -> {
                    listener.accept(line);
                    if (lines.size() < MAX_LINES) {
                        lines.add(line);
                    }
                });
            } catch (IOException | UncheckedIOException killed) {
                // its last words are lost
            }
        });
    }

    /** Starts the same Java as this process with such arguments; its output goes to the listener line by line. */
    static Child start(List<String> arguments, Consumer<String> listener) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Everything is on loopback.
        builder.environment()
                .keySet()
                .removeIf(name -> PROXY_VARIABLES.contains(name.toLowerCase(java.util.Locale.ROOT)));
        return new Child(builder.start(), listener);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The first line with such a word in it. */
    Optional<String> said(String word) {
        return lines.stream().filter(line -> line.contains(word)).findFirst();
    }

    /** The last lines, to find out what was wrong. */
    List<String> lastWords(int count) {
        List<String> all = List.copyOf(lines);
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM; its exit code. */
    int end() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
