package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkState;
import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkApi;
import io.datachunk.api.DataChunkFile;
import io.datachunk.e2e.WorkerPod.Blocks;
import io.datachunk.e2e.WorkerPod.Holding;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** From {@code kubectl apply} to worker pods on a real kubelet, and what happens to pods and nodes meanwhile. */
class NodeIT extends NodeTest {
    private static final int CHUNKS = 6;
    private static final Blocks ALL = new Blocks(0, CHUNKS * 1_000L);

    /** In this time a chunk goes that nobody holds any more. */
    private static final Duration LET_GO = Duration.ofSeconds(5);

    /** Some seconds of lookups, and some thousand times the length of any gap. */
    private static final long MANY = 100_000;

    NodeIT() {
        super(WorkerPod.NAMESPACE);
    }

    @Test
    void workersOfAnotherNamespaceReadEveryByte() throws IOException {
        makeChunks();

        for (Holding holding : Holding.values()) {
            WorkerPod worker = WorkerPod.start(node, holding, ALL).awaitFinding();

            assertThat(worker.read()).as("digests with " + holding).containsAll(declared());
            assertThat(worker.failuresAfter(MANY))
                    .as("failures with " + holding)
                    .isZero();
            assertThat(readerFilesOfWorkers())
                    .as("files with counters, with " + holding)
                    .isEqualTo(holding == Holding.COUNTERS ? 1 : 0);
            worker.deleteByForce();
            Chunks.await(() -> assertThat(readerFilesOfWorkers()).isZero());
        }
    }

    @Test
    void aChunkStaysUntilTheWorkerThatHoldsItIsDeletedByForce() throws IOException {
        makeChunks();
        int number = 0;
        for (Holding holding : Holding.values()) {
            WorkerPod worker = WorkerPod.start(node, holding, blocks(number)).awaitFinding();

            assertStaysUntilDeletedByForce("chunk-" + number, worker);
            number++;
        }
    }

    @Test
    void byDefaultTheStateIsWithTheChunksAndWorkersNeedOnlyRead() throws IOException {
        node.installation().upgrade(Map.of("storage.state.path", ""));
        try {
            makeChunks();
            WorkerPod worker = WorkerPod.startAsShipped(node, blocks(0)).awaitFinding();

            assertThat(worker.read()).containsAll(declared());
            assertStaysUntilDeletedByForce("chunk-0", worker);
        } finally {
            node.installation()
                    .upgrade(Map.of("storage.state.path", node.disk().state().toString()));
        }
    }

    @Test
    void findsGoOnWhileTheAgentIsDeletedKilledForWantOfMemoryAndUpgraded() throws IOException {
        makeChunks();
        List<WorkerPod> workers = new ArrayList<>();
        for (Holding holding : Holding.values()) {
            workers.add(WorkerPod.start(node, holding, ALL).awaitFinding());
        }
        List<String> answers = origin.answers();

        String deleted = agent().orElseThrow().getMetadata().getName();
        deleteAgent();
        node.installation().awaitRollout();
        assertThat(agent().orElseThrow().getMetadata().getName()).isNotEqualTo(deleted);
        assertNoFailures(workers, "the agent's pod was deleted");

        int restarts = restarts(agent().orElseThrow());
        node.exhaustMemory(agentProcess());
        Chunks.await(() -> assertThat(agent()).hasValueSatisfying(pod -> {
            assertThat(restarts(pod)).isEqualTo(restarts + 1);
            assertThat(lastEnd(pod)).isEqualTo("OOMKilled");
            assertThat(isReady(pod)).isTrue();
        }));
        assertNoFailures(workers, "the agent was killed for want of memory");

        node.installation()
                .upgrade(Map.of("agent.image.tag", Image.NEXT_VERSION, "operator.image.tag", Image.NEXT_VERSION));
        for (String component : List.of("agent", "operator")) {
            assertThat(images(component))
                    .containsOnly("docker.io/library/datachunk-" + component + ":" + Image.NEXT_VERSION);
        }
        assertNoFailures(workers, "agent and operator were upgraded");

        assertThat(origin.answers()).as("downloads").isEqualTo(answers);
        chunk("after", CHUNKS, 1, 10_000);
        chunks.awaitReady("after", "1/1");
    }

    @Test
    void aReleaseThatIsRemovedLeavesEverythingToTheNext() throws IOException {
        makeChunks();
        WorkerPod worker = WorkerPod.start(node, Holding.COUNTERS, ALL).awaitFinding();
        List<String> answers = origin.answers();
        List<Path> files = filesOf(node.disk().data().resolve("chunks"));

        node.installation().uninstall();
        Chunks.await(() -> assertThat(node.cluster()
                        .client()
                        .pods()
                        .inNamespace(Installation.NAMESPACE)
                        .list()
                        .getItems())
                .isEmpty());
        assertThat(filesOf(node.disk().data().resolve("chunks"))).isEqualTo(files);
        assertThat(chunks.list()).hasSize(CHUNKS);
        assertNoFailures(List.of(worker), "the release was removed");

        node.installation().install();
        assertNoFailures(List.of(worker), "it was installed again");
        assertThat(node.installation().test()).contains("Succeeded");
        chunk("after", CHUNKS, 1, 10_000);
        chunks.awaitReady("after", "1/1");
        assertThat(origin.answers()).as("downloads").hasSize(answers.size() + 1);
    }

    @Test
    void aNodeThatRestartsStartsFromItsDisk() throws IOException {
        makeChunks();
        WorkerPod worker = WorkerPod.start(node, Holding.COUNTERS, ALL).awaitFinding();
        List<String> answers = origin.answers();
        Pod before = agent().orElseThrow();

        node.restart();

        Awaitility.await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
            assertThat(agent()).hasValueSatisfying(pod -> {
                assertThat(restarts(pod)).isGreaterThan(restarts(before));
                assertThat(isReady(pod)).isTrue();
            });
            assertThat(worker.restarts()).isPositive();
        });
        worker.awaitFinding();
        assertThat(worker.read()).containsAll(declared());
        assertThat(worker.failuresAfter(MANY)).isZero();
        assertThat(origin.answers()).as("downloads").isEqualTo(answers);
    }

    @Test
    void aVolumeThatIsNotMountedIsRefused() throws IOException {
        makeChunks();
        List<String> answers = origin.answers();
        List<Path> files = filesOf(node.disk().volume().resolve("chunks"));
        node.disk().unmount();
        try {
            deleteAgent();

            Chunks.await(() -> assertThat(
                            node.cluster().report(Node.NAME).getStatus().conditions())
                    .anySatisfy(ready -> {
                        assertThat(ready.type()).isEqualTo(DataChunkApi.CONDITION_READY);
                        assertThat(ready.reason()).isEqualTo("VolumeMissing");
                        assertThat(ready.message()).contains("/data", DataChunkApi.ACCEPT_VOLUME_ANNOTATION);
                    }));
            chunk("later", CHUNKS, 1, 10_000);
            chunks.named("chunk-0").delete();
            // What it would do wrong it would do within a second.
            Awaitility.await()
                    .during(Duration.ofSeconds(10))
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> {
                        assertThat(filesOf(node.disk().data()))
                                .as("on the wrong disk")
                                .isEmpty();
                        assertThat(origin.answers()).as("downloads").isEqualTo(answers);
                        assertThat(filesOf(node.disk().volume().resolve("chunks")))
                                .isEqualTo(files);
                    });
        } finally {
            node.disk().mount();
            deleteAgent();
            node.installation().awaitRollout();
        }
        chunks.awaitReady("later", "1/1");
        assertThat(origin.answers()).as("downloads").hasSize(answers.size() + 1);
    }

    private void assertStaysUntilDeletedByForce(String chunk, WorkerPod worker) {
        Path held = worker.held(node.disk());
        chunks.named(chunk).delete();
        Chunks.await(() -> assertThat(entries()).anySatisfy(entry -> {
            assertThat(entry.name()).isEqualTo(chunk);
            assertThat(entry.state()).isEqualTo(ChunkState.RETIRING);
            assertThat(entry.reason()).isEqualTo("WaitingForReferences");
        }));
        Awaitility.await()
                .during(LET_GO)
                .atMost(LET_GO.multipliedBy(2))
                .untilAsserted(() -> assertThat(held.resolve("file-0")).exists());

        long started = System.nanoTime();
        worker.deleteByForce();

        Chunks.await(() -> assertThat(held).doesNotExist());
        Duration taken = Duration.ofNanos(System.nanoTime() - started);
        System.out.printf(
                "measured: a chunk was gone %d ms after %s was deleted by force%n", taken.toMillis(), worker.name());
        assertThat(taken).isLessThan(LET_GO);
    }

    private void assertNoFailures(List<WorkerPod> workers, String what) {
        for (WorkerPod worker : workers) {
            assertThat(worker.failuresAfter(MANY))
                    .as("failures of " + worker.name() + " after " + what)
                    .isZero();
            assertThat(worker.restarts()).as("restarts of " + worker.name()).isZero();
            System.out.printf("measured: %s: %,d finds of %s, none failed%n", what, worker.finds(), worker.name());
        }
    }

    private void makeChunks() throws IOException {
        for (int number = 0; number < CHUNKS; number++) {
            chunk("chunk-" + number, number, 3, 200_000 + number);
        }
        for (int number = 0; number < CHUNKS; number++) {
            chunks.awaitReady("chunk-" + number, "1/1");
        }
    }

    /** {@code CHUNK FILE SHA-256} of all files, as declared. */
    private List<String> declared() {
        List<String> lines = new ArrayList<>();
        for (DataChunk chunk : chunks.list()) {
            for (DataChunkFile file : chunk.getSpec().files()) {
                lines.add(chunk.getSpec().id() + " " + file.name() + " " + file.sha256());
            }
        }
        assertThat(lines).hasSize(CHUNKS * 3);
        return lines;
    }

    /** The agent, another user, has one too. */
    private long readerFilesOfWorkers() throws IOException {
        long count = 0;
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(node.disk().state().resolve("readers"))) {
            for (Path file : files) {
                try {
                    count += Files.getAttribute(file, "unix:uid").equals(WorkerPod.USER) ? 1 : 0;
                } catch (NoSuchFileException gone) {
                    // the agent has just found its reader dead
                }
            }
        }
        return count;
    }

    /** What runs in the pods of a component. */
    private List<String> images(String component) {
        return pods(component).stream()
                .map(pod -> pod.getStatus().getContainerStatuses().getFirst().getImage())
                .toList();
    }

    /** Of one chunk. */
    private static Blocks blocks(int number) {
        return new Blocks(number * 1_000L, number * 1_000L + 1_000);
    }

    private static List<Path> filesOf(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
