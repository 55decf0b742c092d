package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The schemas against objects: {@code objects/valid} is accepted, and {@code objects/invalid} is refused with an answer that names the field before the
 * {@code --} of the file's name. A second document in a file is an update of the first.
 */
@NeedsCluster
class ObjectsIT {
    private static final String NAMESPACE = "e2e-objects";
    private static final Path FOLDER = Cluster.ROOT.resolve("src/e2e/src/test/resources/objects");

    @BeforeAll
    static void createNamespace(Cluster cluster) {
        cluster.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .serverSideApply();
    }

    static List<String> valid() throws IOException {
        return names("valid");
    }

    static List<String> invalid() throws IOException {
        return names("invalid");
    }

    @Test
    void thereAreEnoughOfBoth() throws IOException {
        assertThat(invalid()).hasSizeGreaterThanOrEqualTo(40);
        assertThat(valid()).hasSizeGreaterThanOrEqualTo(20);
    }

    @ParameterizedTest
    @MethodSource("valid")
    void isAccepted(String name, Cluster cluster) throws IOException {
        List<GenericKubernetesResource> documents = read("valid", name, cluster.client());
        GenericKubernetesResource first = fresh(documents.getFirst(), cluster.client());

        GenericKubernetesResource created = cluster.client().resource(first).create();
        GenericKubernetesResource last =
                documents.size() == 1 ? created : update(created, documents.get(1), cluster.client());

        assertThat(last.getMetadata().getUid()).isEqualTo(created.getMetadata().getUid());
        if (last.getKind().equals("DataChunk")) {
            assertThat(last.<Integer>get("status", "observedGeneration")).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void isRefusedByTheNameOfTheField(String name, Cluster cluster) throws IOException {
        String field = name.substring(0, name.indexOf("--"));
        List<GenericKubernetesResource> documents = read("invalid", name, cluster.client());
        GenericKubernetesResource first = fresh(documents.getFirst(), cluster.client());

        assertThatThrownBy(() -> {
                    GenericKubernetesResource created =
                            cluster.client().resource(first).create();
                    assertThat(documents)
                            .as("of " + name + ", which was accepted")
                            .hasSize(2);
                    update(created, documents.get(1), cluster.client());
                })
                .isInstanceOfSatisfying(KubernetesClientException.class, refusal -> {
                    assertThat(refusal.getCode()).isEqualTo(422);
                    assertThat(fields(refusal)).contains(field);
                });
    }

    private static GenericKubernetesResource update(
            GenericKubernetesResource created, GenericKubernetesResource wanted, KubernetesClient client) {
        wanted.getMetadata().setNamespace(NAMESPACE);
        wanted.getMetadata().setResourceVersion(created.getMetadata().getResourceVersion());
        return client.resource(wanted).update();
    }

    /** So that the tests pass also on a cluster where they have run before. */
    private static GenericKubernetesResource fresh(GenericKubernetesResource object, KubernetesClient client) {
        object.getMetadata().setNamespace(NAMESPACE);
        client.resource(object).delete();
        return object;
    }

    private static List<GenericKubernetesResource> read(String folder, String name, KubernetesClient client)
            throws IOException {
        List<GenericKubernetesResource> documents = new ArrayList<>();
        for (String document :
                Files.readString(FOLDER.resolve(folder).resolve(name)).split("(?m)^---\n", -1)) {
            documents.add(client.getKubernetesSerialization().unmarshal(document, GenericKubernetesResource.class));
        }
        return documents;
    }

    /** The fields that the server names, without list positions. Where it has no field for a finding, the finding's text does. */
    private static List<String> fields(KubernetesClientException refusal) {
        return refusal.getStatus().getDetails().getCauses().stream()
                .flatMap(ObjectsIT::fieldsOf)
                .map(field -> field.replaceAll("\\[[^]]*]", ""))
                .toList();
    }

    private static Stream<String> fieldsOf(StatusCause cause) {
        return cause.getField().equals("<nil>")
                ? Stream.of(cause.getMessage().replaceFirst(".* in (?=spec)", ""))
                : Stream.of(cause.getField());
    }

    private static List<String> names(String folder) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
