package io.datachunk.e2e;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.NodeChunkSlice;
import io.datachunk.api.NodeChunks;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A cluster in the hands of its administrator.
 *
 * @param kubectl the program
 */
record Cluster(Path kubeconfig, KubernetesClient client, Path kubectl) implements AutoCloseable {
    /** Of the repository. */
    static final Path ROOT =
            Path.of(System.getProperty("basedir", ".")).resolve("../..").normalize();

    /** A patch of what it names and nothing else, RFC 7386. */
    static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private static final long TIMEOUT_SECONDS = 120;

    static KubernetesClient clientOf(Path kubeconfig) {
        try {
            return new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig)))
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a command line prints. Fails unless it succeeds. */
    String kubectl(String... arguments) {
        return succeed(kubectlCommand(arguments));
    }

    Printed tryKubectl(String... arguments) {
        return run(Map.of(), kubectlCommand(arguments));
    }

    /** What a node says of itself. */
    NodeChunks report(String node) {
        return Objects.requireNonNull(
                client.resources(NodeChunks.class)
                        .inNamespace(ServiceAccounts.NAMESPACE)
                        .withName(node)
                        .get(),
                () -> "no NodeChunks " + node);
    }

    /** What a node says of its chunks. */
    List<ChunkEntry> entries(String node) {
        return client
                .resources(NodeChunkSlice.class)
                .inNamespace(ServiceAccounts.NAMESPACE)
                .withField("nodeName", node)
                .list()
                .getItems()
                .stream()
                .flatMap(slice -> slice.getEntries().stream())
                .toList();
    }

    /** What a program prints. Fails unless it succeeds. */
    static String succeed(List<String> command) {
        Printed printed = run(Map.of(), command);
        if (printed.exitCode() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + printed.text());
        }
        return printed.text();
    }

    static Printed run(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("hangs: " + command);
            }
            return new Printed(process.exitValue(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private List<String> kubectlCommand(String... arguments) {
        List<String> command = new ArrayList<>(List.of(kubectl.toString(), "--kubeconfig=" + kubeconfig));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** What a program printed, and how it ended. */
    record Printed(int exitCode, String text) {}
}
