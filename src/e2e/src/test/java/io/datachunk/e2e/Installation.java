package io.datachunk.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Agent and operator on a node, as a person installs them there.
 *
 * @param directory for the files that are applied
 */
record Installation(Cluster cluster, NodeDisk disk, Path directory) {
    static final String NAMESPACE = ServiceAccounts.NAMESPACE;

    /** Installs them, or changes what is there, and waits until both work. */
    void install() throws IOException {
        Path install = directory
                .toRealPath()
                .relativize(Cluster.ROOT.resolve("manifests/install").toRealPath());
        Files.writeString(
                directory.resolve("kustomization.yaml"),
                text(
                        "kustomization.yaml",
                        Map.of(
                                "install",
                                install.toString(),
                                "data",
                                disk.data().toString())));
        Files.writeString(directory.resolve("state.yaml"), volume(NAMESPACE, "state", disk.state()));
        cluster.kubectl("apply", "-k", directory.toString());
        awaitRollout();
    }

    /** Replaces the agent's pod as an upgrade does. */
    void upgrade() {
        cluster.kubectl("rollout", "restart", "daemonset/datachunk-agent", "-n", NAMESPACE);
        awaitRollout();
    }

    void awaitRollout() {
        cluster.kubectl("rollout", "status", "--timeout=110s", "deployment/datachunk-operator", "-n", NAMESPACE);
        cluster.kubectl("rollout", "status", "--timeout=110s", "daemonset/datachunk-agent", "-n", NAMESPACE);
    }

    /** Lets the pods of a namespace mount the node's directories, as claims {@code data} and {@code state}. */
    void share(String namespace) throws IOException {
        Path file = directory.resolve(namespace + ".yaml");
        Files.writeString(
                file, volume(namespace, "data", disk.data()) + "---\n" + volume(namespace, "state", disk.state()));
        cluster.kubectl("apply", "-f", file.toString());
    }

    private static String volume(String namespace, String name, Path path) throws IOException {
        return text("volume.yaml", Map.of("namespace", namespace, "name", name, "path", path.toString()));
    }

    /** A file of the tests' resources, with values where it names them in braces. */
    static String text(String resource, Map<String, String> values) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(Installation.class.getResourceAsStream("/node/" + resource), resource)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace("{" + value.getKey() + "}", value.getValue());
            }
            return text;
        }
    }
}
