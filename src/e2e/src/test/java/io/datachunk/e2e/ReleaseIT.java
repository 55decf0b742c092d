package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release of the chart through its life, on a control plane of its own where nothing runs. */
class ReleaseIT {
    private final Helm helm = Helm.found();

    @TempDir
    Path directory;

    private ControlPlane controlPlane;
    private Cluster cluster;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        controlPlane = ControlPlane.start(ClusterExtension.programs());
        cluster = ClusterExtension.withoutDefinitions(controlPlane);
        cluster.kubectl("create", "namespace", "queries");
    }

    @AfterEach
    void end() {
        cluster.close();
        controlPlane.close();
    }

    @Test
    void anUpgradeBringsNewDefinitionsAndRemovalLeavesVolumesAndChunks() throws IOException {
        install(olderChart());
        Chunks chunks = new Chunks(cluster.client(), "lake");
        chunks.create("kept", 0, null, Map.of());
        assertThat(cluster.kubectl("explain", "datachunks.spec.id")).contains("An older text,");

        helm.run(
                cluster,
                "upgrade",
                "datachunk",
                Helm.CHART.toString(),
                "-n",
                "datachunk",
                "--set",
                "workerNamespaces={queries}");

        assertThat(cluster.kubectl("get", "crd", "datachunks.datachunk.io", "-o", "yaml"))
                .doesNotContain("An older text,");
        List<String> volumes = uids();
        assertThat(volumes).hasSize(4);

        assertThat(helm.run(cluster, "uninstall", "datachunk", "-n", "datachunk"))
                .contains("uninstalled");

        assertThat(agents()).isEmpty();
        assertThat(uids()).isEqualTo(volumes);
        assertThat(chunks.list()).hasSize(1);

        install(Helm.CHART);

        assertThat(uids()).as("the same volumes and claims").isEqualTo(volumes);
        assertThat(chunks.list()).hasSize(1);
        assertThat(agents()).hasSize(1);

        helm.run(cluster, "uninstall", "datachunk", "-n", "datachunk");
        Chart.OURS.install(cluster, "{workerNamespaces: [queries]}");

        assertThat(uids()).as("the same, by Helm 3").isEqualTo(volumes);
        assertThat(chunks.list()).hasSize(1);
        assertThat(agents()).hasSize(1);
    }

    private List<DaemonSet> agents() {
        return cluster.client()
                .apps()
                .daemonSets()
                .inNamespace("datachunk")
                .list()
                .getItems();
    }

    private void install(Path chart) {
        String said = helm.run(
                cluster,
                "install",
                "datachunk",
                chart.toString(),
                "-n",
                "datachunk",
                "--create-namespace",
                "--set",
                "workerNamespaces={queries}");
        assertThat(said)
                .contains("kubectl label node NODE datachunk.io/volume=", "helm test datachunk", "claim datachunk");
    }

    /** The chart with another text in a definition. */
    private Path olderChart() throws IOException {
        Path copy = Chart.OURS.copied(directory).path();
        Path definition = copy.resolve("files/crds/datachunks.yaml");
        Files.writeString(definition, Files.readString(definition).replace("Identity of the chunk,", "An older text,"));
        return copy;
    }

    /** Of the volumes and the claims. */
    private List<String> uids() {
        KubernetesClient client = cluster.client();
        Stream<HasMetadata> volumes =
                client.persistentVolumes().list().getItems().stream().map(PersistentVolume.class::cast);
        return Stream.concat(volumes, client.persistentVolumeClaims().inAnyNamespace().list().getItems().stream())
                .map(object -> object.getMetadata().getUid())
                .sorted()
                .toList();
    }
}
