package io.datachunk.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.datachunk.agent.world.AgentClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ThrowingRunnable;

/** The agent as it ships: its jar, in a process of its own. Owned by the thread of the test. */
final class AgentProcess implements AutoCloseable {
    static final Path JAR = Path.of("target/datachunk-agent.jar").toAbsolutePath();
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final List<String> PROXY_VARIABLES = List.of("http_proxy", "https_proxy", "all_proxy", "no_proxy");

    private final Process process;
    private final Path output;
    private final AgentClient client = new AgentClient(this::output);

    private AgentProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Flags for the JVM, the variables of the environment, and what goes before {@code java} on the command line. */
    record Setting(List<String> before, List<String> jvm, Map<String, String> environment) {
        static final Setting PLAIN = new Setting(List.of(), List.of(), Map.of());

        Setting withEnvironment(String name, String value) {
            return new Setting(before, jvm, Map.of(name, value));
        }
    }

    static AgentProcess start(String... arguments) {
        return start(Setting.PLAIN, List.of(arguments));
    }

    static AgentProcess start(Setting setting, List<String> arguments) {
        try {
            Path output = Files.createTempFile("datachunk-agent", ".log");
            List<String> command = new ArrayList<>(setting.before());
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(setting.jvm());
            command.addAll(List.of("-jar", JAR.toString()));
            command.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(name -> PROXY_VARIABLES.contains(name.toLowerCase(Locale.ROOT)));
            builder.environment().putAll(setting.environment());
            return new AgentProcess(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has printed so far. */
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Of the JVM: {@code VmRSS} now, {@code VmHWM} at most. */
    long memoryKilobytes(String field) throws IOException {
        return Files.readString(Path.of("/proc/" + process.pid() + "/status"))
                .lines()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until it ends by itself; the exit code. */
    int awaitEnd() {
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as(() -> "it ends; it said: " + output())
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** SIGTERM; the exit code. */
    int end() {
        process.destroy();
        return awaitEnd();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    AgentProcess awaitReady() {
        awaits(() -> assertThat(get("/readyz")).isEqualTo("ok\n"));
        return this;
    }

    /** Waits for what will be so soon, and fails at once when the process ends. */
    void awaits(ThrowingRunnable assertions) {
        try {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .failFast("the agent ended", () -> !isAlive())
                    .untilAsserted(assertions);
        } catch (RuntimeException e) {
            String said = output();
            throw new AssertionError("it said: " + said.substring(Math.max(0, said.length() - 4_000)), e);
        }
    }

    void awaitsState(String name, String state, String reason) {
        awaits(() -> {
            JsonNode row = row(name);
            assertThat(row.path("state").asText()).as("%s", row).isEqualTo(state);
            assertThat(row.path("reason").asText()).as("%s", row).isEqualTo(reason);
        });
    }

    /** The body of an answer, whatever its status; empty while nobody answers. */
    String get(String path) {
        return client.get(path).map(HttpResponse::body).orElse("");
    }

    /** The status of an answer; 0 while nobody answers. */
    int status(String path) {
        return client.get(path).map(HttpResponse::statusCode).orElse(0);
    }

    /** What {@code /v1/chunks} lists; nothing before it does. */
    List<JsonNode> rows() {
        return client.rows();
    }

    /** Of one chunk; fails where it has none. */
    JsonNode row(String name) {
        List<JsonNode> rows = rows();
        return rows.stream()
                .filter(row -> row.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row of " + name + " in " + rows));
    }

    /** How many chunks are where. */
    long count(String state, String reason) {
        return rows().stream()
                .filter(row -> row.path("state").asText().equals(state)
                        && row.path("reason").asText().equals(reason))
                .count();
    }

    @Override
    public void close() {
        kill();
        client.close();
        try {
            Files.deleteIfExists(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
