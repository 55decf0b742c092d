package io.datachunk.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.agent.Samples;
import io.datachunk.api.ServerRevision;
import io.datachunk.reader.ChunkId;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server does wrong must not look like chunks that nobody wants any more. */
class KubernetesSourceTest {
    private static final String GONE = """
            {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Expired", "code": 410, "message": "too old"}""";

    private final List<DesiredState> published = new CopyOnWriteArrayList<>();
    private final Set<Long> asked = ConcurrentHashMap.newKeySet();
    private final ScriptedApiServer server;
    private final KubernetesClient client;
    private final KubernetesSource source;

    KubernetesSourceTest() throws IOException {
        server = new ScriptedApiServer();
        client = new KubernetesClientBuilder()
                .withHttpClientFactory(new OkHttpClientFactory())
                .withConfig(new ConfigBuilder()
                        .withMasterUrl(server.url())
                        .withRequestRetryBackoffLimit(0)
                        .withWatchReconnectInterval(50)
                        .build())
                .build();
        source = new KubernetesSource(
                client, "node-a", List.of(), new ServerRevision(this::revision)::wentBack, Duration.ofMillis(200));
    }

    @BeforeEach
    void fill() {
        server.store(100, chunk(0), chunk(1), chunk(2));
    }

    @AfterEach
    void close() {
        source.close();
        client.close();
        server.close();
    }

    @Test
    void nothingIsSaidBeforeTheLastPageOfTheFirstList() throws IOException {
        server.failLaterPages(true);
        source.start(published::add);
        await(() -> assertThat(server.failedPages()).isGreaterThan(1));
        assertThat(published).isEmpty();

        server.failLaterPages(false);

        awaitChunks(0, 1, 2);
        assertThat(published).hasSize(1);
    }

    @Test
    void whatAWatchSaysIsFollowedAndANewWatchTakesTheOldOnesPlace() throws IOException {
        startAndWatch();

        server.tell("DELETED", chunk(1));
        awaitChunks(0, 2);
        server.dropWatches();
        await(() -> assertThat(server.watches()).isEqualTo(1));
        server.tell("ADDED", chunk(3));

        awaitChunks(0, 2, 3);
    }

    @Test
    void aWatchThatIsTooOldLeadsToAListAndOnlyAWholeOneRemoves() throws IOException {
        startAndWatch();
        server.store(200, chunk(0), chunk(5), chunk(2));
        server.failLaterPages(true);

        server.tell("ERROR", GONE);
        server.dropWatches();

        await(() -> assertThat(server.failedPages()).isGreaterThan(1));
        assertThat(published)
                .allSatisfy(state -> assertThat(ids(state)).contains(Samples.id(0), Samples.id(1), Samples.id(2)));
        server.failLaterPages(false);
        awaitChunks(0, 2, 5);
    }

    @Test
    void aServerThatWasRestoredFromABackupIsReadAgainThoughItsWatchesAreSilent() throws IOException {
        startAndWatch();
        server.store(200, chunk(0), chunk(1), chunk(2));
        await(() -> assertThat(asked).contains(200L));

        server.store(150, chunk(0), chunk(1), chunk(4));

        awaitChunks(0, 1, 4);
        await(() -> assertThat(server.watches()).isGreaterThan(1));
        server.tell("DELETED", chunk(0));
        awaitChunks(1, 4);
    }

    private String revision() {
        long now = server.revision();
        asked.add(now);
        return Long.toString(now);
    }

    private void startAndWatch() throws IOException {
        source.start(published::add);
        awaitChunks(0, 1, 2);
        await(() -> assertThat(server.watches()).isEqualTo(1));
    }

    private void awaitChunks(int... numbers) {
        List<ChunkId> wanted = Arrays.stream(numbers).mapToObj(Samples::id).toList();
        await(() -> {
            assertThat(published).isNotEmpty();
            assertThat(ids(published.getLast())).containsExactlyInAnyOrderElementsOf(wanted);
        });
    }

    private static List<ChunkId> ids(DesiredState state) {
        return state.chunks().stream().map(chunk -> chunk.spec().id()).toList();
    }

    private static void await(ThrowingRunnable assertions) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(assertions);
    }

    private static String chunk(int number) {
        return """
                {"apiVersion": "datachunk.io/v1alpha1", "kind": "DataChunk",
                 "metadata": {"name": "chunk-%1$d", "namespace": "lake", "uid": "u-%1$d", "generation": 1, "resourceVersion": "5",
                              "creationTimestamp": "2026-01-01T12:00:00Z"},
                 "spec": {"id": "%2$s", "dataset": "%2$s", "blockRange": {"start": 0, "end": 10}, "nodeName": "node-a",
                          "files": [{"name": "blocks", "url": "http://lake.example/%1$d"}]}}""".formatted(number, Samples.id(number));
    }
}
