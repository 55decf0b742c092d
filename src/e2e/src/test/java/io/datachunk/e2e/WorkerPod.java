package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The pod that ships for a worker, with the example in it. It holds the chunk of its first block. */
record WorkerPod(Cluster cluster, String name) {
    /** As the manifest says: one that has a share in the node's directories. */
    static final String NAMESPACE = "queries";

    /** As the manifest says. */
    static final int USER = 20_200;

    private static final Path MANIFEST = Cluster.ROOT.resolve("manifests/worker/pod.yaml");

    /** What the manifest says to put in where the state has a volume of its own. */
    private static final Pattern COMMENTED_OUT = Pattern.compile("(?m)^( +)# (?=- | )");

    /** Blocks from first to end are found all the time. */
    record Blocks(long first, long end) {}

    /** How references are held where the state has a volume of its own. */
    enum Holding {
        /** The state can be written: counted there. */
        COUNTERS,
        /** All mounts are read-only: locks. */
        PINS
    }

    static WorkerPod start(Node node, Holding holding, Blocks blocks) throws IOException {
        String manifest = COMMENTED_OUT.matcher(Files.readString(MANIFEST)).replaceAll("$1");
        String name = "worker-" + holding.name().toLowerCase(Locale.ROOT);
        return start(
                node,
                name,
                new PodBuilder(Serialization.unmarshal(manifest, Pod.class))
                        .editSpec()
                        .editFirstContainer()
                        .editMatchingVolumeMount(mount -> mount.getName().equals("state"))
                        .withReadOnly(holding == Holding.PINS)
                        .endVolumeMount()
                        .endContainer()
                        .endSpec()
                        .build(),
                blocks);
    }

    /** As it ships, for state that is where the chart puts it by default: with the chunks, which cannot be written. So it is locks that hold. */
    static WorkerPod startAsShipped(Node node, Blocks blocks) throws IOException {
        return start(node, "worker", Serialization.unmarshal(Files.readString(MANIFEST), Pod.class), blocks);
    }

    private static WorkerPod start(Node node, String name, Pod pod, Blocks blocks) {
        pod.getMetadata().setName(name);
        Map<String, String> settings = Map.of(
                "DATASET", Chunks.DATASET,
                "FIRST_BLOCK", Long.toString(blocks.first()),
                "END_BLOCK", Long.toString(blocks.end()),
                "HOLD_BLOCK", Long.toString(blocks.first()));
        List<EnvVar> environment = pod.getSpec().getContainers().getFirst().getEnv();
        environment.removeIf(variable -> settings.containsKey(variable.getName()));
        settings.forEach((key, value) -> environment.add(new EnvVar(key, value, null)));
        node.cluster().client().resource(pod).create();
        return new WorkerPod(node.cluster(), name);
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
                cluster.client().pods().inNamespace(NAMESPACE).withName(name).get());
    }

    /** As somebody does who does not want to wait: the API server forgets the pod at once. */
    void deleteByForce() {
        cluster.kubectl("delete", "pod", name, "-n", NAMESPACE, "--grace-period=0", "--force");
    }

    List<String> log() {
        return cluster.tryKubectl("logs", name, "-n", NAMESPACE).text().lines().toList();
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
