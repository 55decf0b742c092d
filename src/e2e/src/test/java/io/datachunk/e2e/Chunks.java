package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkFile;
import io.datachunk.api.DataChunkRange;
import io.datachunk.api.DataChunkSpec;
import io.datachunk.api.DataChunkStatus;
import io.datachunk.api.ResourceCondition;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/** The DataChunks of one namespace, in the hands of an administrator. */
record Chunks(KubernetesClient admin, String namespace) {
    static final String DATASET = "9a".repeat(32);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    Chunks {
        admin.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .serverSideApply();
    }

    /** One that nobody serves, with an id and a thousand blocks of its own. */
    void create(String name, int number, @Nullable String node, Map<String, String> selector) {
        create(
                name,
                number,
                List.of(new DataChunkFile("blocks", "http://chunks.example/" + name, null, null)),
                node,
                selector);
    }

    void create(
            String name, int number, List<DataChunkFile> files, @Nullable String node, Map<String, String> selector) {
        DataChunk chunk = new DataChunk();
        chunk.setMetadata(
                new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
        chunk.setSpec(new DataChunkSpec(
                id(number),
                DATASET,
                new DataChunkRange(number * 1_000L, number * 1_000L + 1_000),
                files,
                node,
                selector));
        admin.resource(chunk).create();
    }

    static String id(int number) {
        return "%064x".formatted(number);
    }

    Resource<DataChunk> named(String name) {
        return admin.resources(DataChunk.class).inNamespace(namespace).withName(name);
    }

    List<DataChunk> list() {
        return admin.resources(DataChunk.class).inNamespace(namespace).list().getItems();
    }

    String version(String name) {
        return named(name).get().getMetadata().getResourceVersion();
    }

    void awaitStatus(String name, ThrowingConsumer<DataChunkStatus> assertions) {
        await(() -> assertThat(named(name).get().getStatus()).satisfies(assertions));
    }

    void awaitReady(String name, String counts) {
        awaitStatus(name, status -> {
            assertThat(status.ready()).isEqualTo(counts);
            assertThat(ResourceCondition.holds(status.conditions(), "Ready")).isTrue();
        });
    }

    /** Of the condition Ready. */
    void awaitReason(String name, String reason) {
        awaitStatus(name, status -> assertThat(reason(status)).isEqualTo(reason));
    }

    /** Also until the API server, which may not be as far as the test, lets it. */
    static void await(ThrowingRunnable assertions) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .untilAsserted(assertions);
    }

    static String reason(DataChunkStatus status) {
        return ready(status).map(ResourceCondition::reason).orElse("");
    }

    static String message(DataChunkStatus status) {
        return ready(status).map(ResourceCondition::message).orElse("");
    }

    /** Of the chunks whose directories are in a data directory; by names alone, for they may go meanwhile. */
    static List<String> ids(Path data) {
        Path chunks = data.resolve("chunks");
        return names(chunks)
                .flatMap(dataset -> names(chunks.resolve(dataset)))
                .filter(name -> name.contains("-"))
                .map(name -> name.substring(name.lastIndexOf('-') + 1, name.lastIndexOf('.')))
                .toList();
    }

    private static Stream<String> names(Path directory) {
        return Stream.ofNullable(directory.toFile().list()).flatMap(Stream::of);
    }

    /** {@code name reason} of each event about a chunk. */
    List<String> events() {
        return admin.v1().events().inNamespace(namespace).list().getItems().stream()
                .map(event -> event.getInvolvedObject().getName() + " " + event.getReason())
                .toList();
    }

    void deleteAll() {
        admin.resources(DataChunk.class).inNamespace(namespace).delete();
        admin.v1().events().inNamespace(namespace).delete();
    }

    private static Optional<ResourceCondition> ready(DataChunkStatus status) {
        return ResourceCondition.find(status.conditions(), "Ready");
    }
}
