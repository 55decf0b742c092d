package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The example worker in a pod. It holds the chunk of its first block.
 *
 * @param namespace with a share in the node's directories
 */
record WorkerPod(Cluster cluster, String namespace, String name) {
    /** As {@code worker.yaml} says. */
    static final int USER = 20_200;

    /** Blocks from first to end are found all the time. */
    record Blocks(long first, long end) {}

    /** How references are held. */
    enum Holding {
        /** The state can be written: counted there. */
        COUNTERS,
        /** All mounts are read-only: locks. */
        PINS
    }

    static WorkerPod start(Node node, String namespace, Holding holding, Blocks blocks) throws IOException {
        WorkerPod pod = new WorkerPod(
                node.cluster(), namespace, "worker-" + holding.name().toLowerCase(Locale.ROOT));
        String manifest = template()
                .replace("{name}", pod.name)
                .replace("{namespace}", namespace)
                .replace("{dataset}", Chunks.DATASET)
                .replace("{first}", Long.toString(blocks.first()))
                .replace("{end}", Long.toString(blocks.end()))
                .replace("{pins}", Boolean.toString(holding == Holding.PINS));
        Path file = Files.createTempFile("worker", ".yaml");
        Files.writeString(file, manifest);
        node.cluster().kubectl("apply", "-f", file.toString());
        Files.delete(file);
        return pod;
    }

    WorkerPod awaitFinding() {
        Chunks.await(() -> assertThat(log()).anyMatch(line -> line.startsWith("finds ")));
        return this;
    }

    /** Waits until so many more lookups are over; gives the number of all that failed. */
    long failuresAfter(long more) {
        long goal = count("finds") + more;
        Chunks.await(() -> assertThat(count("finds")).isGreaterThan(goal));
        return count("failures");
    }

    long finds() {
        return count("finds");
    }

    /** The chunk that it holds, as a path of the node's disk. */
    Path held(NodeDisk disk) {
        String path = log().stream()
                .filter(line -> line.startsWith("holding "))
                .findFirst()
                .orElseThrow()
                .substring("holding ".length());
        return disk.volume().resolve(Path.of("/data").relativize(Path.of(path)));
    }

    /** {@code CHUNK FILE SHA-256} of each file that it has read. */
    List<String> read() {
        return log().stream()
                .filter(line -> line.startsWith("read ") && !line.startsWith("read all "))
                .map(line -> line.substring("read ".length()))
                .toList();
    }

    int restarts() {
        return NodeTest.restarts(
                cluster.client().pods().inNamespace(namespace).withName(name).get());
    }

    /** As somebody does who does not want to wait: the API server forgets the pod at once. */
    void deleteByForce() {
        cluster.kubectl("delete", "pod", name, "-n", namespace, "--grace-period=0", "--force");
    }

    List<String> log() {
        return cluster.tryKubectl("logs", name, "-n", namespace).text().lines().toList();
    }

    private static String template() throws IOException {
        try (InputStream in = Objects.requireNonNull(WorkerPod.class.getResourceAsStream("/node/worker.yaml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private long count(String what) {
        List<String> words = log().stream()
                .filter(line -> line.startsWith("finds "))
                .reduce((_, last) -> last)
                .map(line -> List.of(line.split(" ", -1)))
                .orElse(List.of("finds", "0", "failures", "0"));
        return Long.parseLong(words.get(words.indexOf(what) + 1));
    }
}
