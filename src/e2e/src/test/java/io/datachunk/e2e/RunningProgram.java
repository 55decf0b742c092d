package io.datachunk.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A child process with a log file. It ends with {@link #close()}, and with this JVM at the latest. */
public final class RunningProgram implements AutoCloseable {
    private static final long START_TIMEOUT_SECONDS = 120;

    private final Process process;
    private final Path log;
    private final Thread reaper;

    private RunningProgram(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.reaper = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    public static RunningProgram start(Path log, Map<String, String> environment, List<String> command)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new RunningProgram(builder.start(), log);
    }

    public long pid() {
        return process.pid();
    }

    /** The most memory that it has held. */
    public long mostRssKilobytes() throws IOException {
        return kilobytes(pid(), "VmHWM");
    }

    /** A line of {@code /proc/PID/status} that counts kilobytes. */
    public static long kilobytes(long pid, String line) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/status"))
                .lines()
                .filter(text -> text.startsWith(line + ":"))
                .mapToLong(text -> Long.parseLong(text.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** Waits until the condition holds; fails with the end of the log when it does not in time, or when the program is gone. */
    public void await(String what, BooleanSupplier holds) {
        try {
            Awaitility.await(what)
                    .atMost(START_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .pollInterval(100, TimeUnit.MILLISECONDS)
                    .failFast("the program ended", () -> !process.isAlive())
                    .until(holds::getAsBoolean);
        } catch (ConditionTimeoutException | org.awaitility.core.TerminalFailureException e) {
            throw new AssertionError("not " + what + "; the end of its log:\n" + tail(), e);
        }
    }

    /** As a kubelet does it: SIGTERM, and SIGKILL after the grace. Returns the exit code. */
    public int stop(long graceSeconds) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(graceSeconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return process.waitFor();
    }

    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        Runtime.getRuntime().removeShutdownHook(reaper);
    }

    private String tail() {
        String text = log();
        return text.substring(Math.max(0, text.length() - 4_000));
    }
}
