package io.datachunk.manager.state;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Another process of a test, and what it has said. Thread-safe: a thread of its own listens. */
final class TalkingProcess implements AutoCloseable {
    private final Process process;
    private final CompletableFuture<?> heardAll;

    /** Guarded by this. */
    private final List<String> others = new ArrayList<>();

    /** Relative paths that the process holds, for all that it has said. Guarded by this. */
    private final List<Path> held = new ArrayList<>();

    private boolean hasHeld;

    private TalkingProcess(Process process) {
        this.process = process;
        this.heardAll = CompletableFuture.runAsync(
                this::listen, task -> Thread.ofPlatform().daemon().start(task));
    }

    /** Starts a main class of the tests, by way of a command that executes what it is given. */
    static TalkingProcess start(List<String> by, Class<?> main, Object... arguments) throws IOException {
        return start(by, "-XX:TieredStopAtLevel=1", main, arguments); // begins sooner
    }

    /** Starts a main class of the tests whose code is compiled as that of people's programs is. */
    static TalkingProcess startToRunFast(Class<?> main, Object... arguments) throws IOException {
        return start(List.of(), "-XX:TieredStopAtLevel=4", main, arguments);
    }

    private static TalkingProcess start(List<String> by, String compiler, Class<?> main, Object... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(by);
        command.addAll(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx48m",
                "-Xss256k",
                "-XX:+UseSerialGC",
                compiler,
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new TalkingProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    private void listen() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                hear(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void hear(String line) {
        if (line.startsWith(HolderProcess.HOLDS)) {
            held.add(Path.of(line.substring(HolderProcess.HOLDS.length())));
            hasHeld = true;
        } else if (line.startsWith(HolderProcess.CLOSES)) {
            held.remove(Path.of(line.substring(HolderProcess.CLOSES.length())));
        } else {
            others.add(line);
        }
    }

    /** Everything said but what is held. */
    synchronized List<String> said() {
        return List.copyOf(others);
    }

    void say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    synchronized boolean hasHeld() {
        return hasHeld;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGSTOP or SIGCONT, after which this process has stopped or goes on. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL; what it held then, for all that it has said. */
    Set<Path> kill() {
        process.toHandle().destroyForcibly(); // of the process itself it would close the stream before its end is read
        process.onExit().join();
        heardAll.join();
        synchronized (this) {
            return Set.copyOf(held);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
