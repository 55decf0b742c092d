package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.DataChunkFile;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test on a {@link Node}, with one of its namespaces of workers, where its chunks are too, and an nginx for its files. */
@NeedsNode
abstract class NodeTest {
    private final String namespace;

    @TempDir
    Path directory;

    protected Node node;
    protected HostNginx origin;
    protected Chunks chunks;

    NodeTest(String namespace) {
        this.namespace = namespace;
    }

    @BeforeEach
    void setUpNamespace(Node shared) throws IOException {
        node = shared;
        origin = HostNginx.start(directory);
        chunks = new Chunks(node.cluster().client(), namespace);
    }

    @AfterEach
    void emptyNamespace() {
        origin.close();
        node.cluster().kubectl("delete", "pods", "--all", "-n", namespace, "--grace-period=0", "--force");
        // A server that deletes thousands takes longer than a client waits for an answer, and is asked again for the
        // rest.
        Awaitility.await()
                .atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .untilAsserted(() -> {
                    chunks.deleteAll();
                    assertThat(entries()).isEmpty();
                });
    }

    /** A chunk of some random files, with everything declared. */
    void chunk(String name, int number, int files, int bytes) throws IOException {
        DataChunkFile[] declared = new DataChunkFile[files];
        for (int file = 0; file < files; file++) {
            String path = name + "-" + file;
            String sha256 = origin.put(path, bytes, number * 100L + file);
            declared[file] = new DataChunkFile("file-" + file, origin.url(path), (long) bytes, sha256);
        }
        chunks.create(name, number, List.of(declared), null, Map.of());
    }

    /** What the node says of the chunks of this test. */
    List<ChunkEntry> entries() {
        return node.cluster().entries(Node.NAME).stream()
                .filter(entry -> entry.namespace().equals(namespace))
                .toList();
    }

    /** There is one. */
    Optional<Pod> agent() {
        return pods("agent").stream().findFirst();
    }

    /** Of agents or operators, those that are not about to go. */
    List<Pod> pods(String component) {
        return node
                .cluster()
                .client()
                .pods()
                .inNamespace(Installation.NAMESPACE)
                .withLabel("app.kubernetes.io/component", component)
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    /** Another comes in its place. */
    void deleteAgent() {
        String pod = agent().orElseThrow().getMetadata().getName();
        node.cluster().kubectl("delete", "pod", pod, "-n", Installation.NAMESPACE);
    }

    long agentProcess() throws IOException {
        return node.process(agent().orElseThrow().getMetadata().getUid(), "io.datachunk.agent.");
    }

    static int restarts(@Nullable Pod pod) {
        return pod == null || pod.getStatus().getContainerStatuses().isEmpty()
                ? -1
                : pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
    }

    /** Why the container before the present one ended. */
    static String lastEnd(Pod pod) {
        return pod.getStatus()
                .getContainerStatuses()
                .getFirst()
                .getLastState()
                .getTerminated()
                .getReason();
    }

    static boolean isReady(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .anyMatch(status -> Boolean.TRUE.equals(status.getReady()));
    }
}
