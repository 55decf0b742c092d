package io.datachunk.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.InstallCommand;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The chart, or a copy or a package of it, as Helm 3 renders it within this JVM. {@link Helm} is the program, which talks to clusters.
 *
 * @param path a directory or an archive
 */
record Chart(Path path) {
    static final Chart OURS = new Chart(Helm.CHART);

    /** The oldest version that it is for. */
    static final String KUBERNETES = "1.32";

    private static final String RELEASE = "datachunk";

    /** What Helm and the kustomization say about themselves. */
    private static final Set<String> MARKS = Set.of(
            "app.kubernetes.io/instance",
            "app.kubernetes.io/managed-by",
            "app.kubernetes.io/part-of",
            "app.kubernetes.io/version",
            "helm.sh/chart",
            "helm.sh/resource-policy");

    /**
     * The objects of the release {@code datachunk} in the namespace of that name, without those of its test.
     *
     * @param values a YAML document
     * @throws IllegalStateException in Helm's words, if it refuses them
     */
    List<JsonNode> rendered(String values) throws IOException {
        return withoutTests(Documents.in(inFile(
                values,
                file -> new com.marcnuri.helm.Helm(path)
                        .template()
                        .withName(RELEASE)
                        .withNamespace(ServiceAccounts.NAMESPACE)
                        .withKubeVersion(KUBERNETES)
                        .withValuesFile(file)
                        .call())));
    }

    /** What an installation says to do next. */
    String notes(String values) throws IOException {
        return inFile(
                values,
                file -> installation(file)
                        .withKubeVersion(KUBERNETES)
                        .clientOnly()
                        .withDryRunOption(DryRun.CLIENT)
                        .call()
                        .getOutput());
    }

    void install(Cluster cluster, String values) throws IOException {
        inFile(
                values,
                file -> installation(file).withKubeConfig(cluster.kubeconfig()).call());
    }

    private InstallCommand installation(Path values) {
        return new com.marcnuri.helm.Helm(path)
                .install()
                .withName(RELEASE)
                .withNamespace(ServiceAccounts.NAMESPACE)
                .withValuesFile(values);
    }

    private static <T> T inFile(String values, Function<Path, T> use) throws IOException {
        Path file = Files.writeString(Files.createTempFile("values", ".yaml"), values);
        try {
            return use.apply(file);
        } finally {
            Files.delete(file);
        }
    }

    /** Whatever {@code helm lint --strict} has against it. */
    List<String> complaints() {
        return new com.marcnuri.helm.Helm(path)
                .lint().strict().call().getMessages().stream()
                        .filter(message -> !message.startsWith("[INFO]"))
                        .toList();
    }

    Chart packaged(Path directory) {
        new com.marcnuri.helm.Helm(path).packageIt().withDestination(directory).call();
        return new Chart(directory.resolve("datachunk-0.1.0.tgz"));
    }

    /** With what its links lead to in their place. */
    Chart copied(Path directory) throws IOException {
        Path copy = directory.resolve("datachunk");
        try (Stream<Path> files = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(path.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
        return new Chart(copy);
    }

    static List<JsonNode> withoutTests(List<JsonNode> objects) {
        return objects.stream()
                .filter(object -> !object.at("/metadata/annotations").has("helm.sh/hook"))
                .toList();
    }

    /** By kind, namespace and name, without what Helm and kustomize add; fails if one is there twice. */
    static Map<String, JsonNode> byName(List<JsonNode> objects) {
        return objects.stream()
                .map(object -> unmarked(object.deepCopy()))
                .collect(Collectors.toMap(
                        object -> object.path("kind").asText() + " "
                                + object.at("/metadata/namespace").asText() + " "
                                + object.at("/metadata/name").asText(),
                        Function.identity()));
    }

    private static JsonNode unmarked(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove(MARKS);
            object.properties().removeIf(property -> {
                unmarked(property.getValue());
                return Set.of("labels", "annotations").contains(property.getKey())
                        && property.getValue().isEmpty();
            });
            if (object.at("/metadata/labels").isObject() && object.has("kind")) {
                // The plain manifests label pods and what selects them; the chart labels every object.
                ObjectNode metadata = (ObjectNode) object.get("metadata");
                metadata.withObject("/labels").remove(Set.of("app.kubernetes.io/name", "app.kubernetes.io/component"));
                if (metadata.path("labels").isEmpty()) {
                    metadata.remove("labels");
                }
            }
        } else {
            node.forEach(Chart::unmarked);
        }
        return node;
    }
}
