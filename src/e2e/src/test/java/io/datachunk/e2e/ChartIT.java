package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart renders, before anything runs. */
@NeedsCluster
class ChartIT {
    private static final List<String> WORKERS = List.of("queries", "reports");

    /** What Helm and the kustomization say about themselves. */
    private static final Set<String> MARKS = Set.of(
            "app.kubernetes.io/instance",
            "app.kubernetes.io/managed-by",
            "app.kubernetes.io/part-of",
            "app.kubernetes.io/version",
            "helm.sh/chart",
            "helm.sh/resource-policy");

    private final Helm helm = Helm.found();

    @TempDir
    Path directory;

    @Test
    void isEqualToThePlainManifests(Cluster cluster) throws IOException {
        Path plain = directory.resolve("plain.yaml");
        cluster.kubectl("kustomize", Cluster.ROOT.resolve("manifests/install").toString(), "-o", plain.toString());

        Map<String, JsonNode> installed = byName(Documents.of(plain));
        installed.remove("Namespace  datachunk"); // Helm makes no namespaces
        assertThat(byName(rendered(Helm.CHART))).containsExactlyInAnyOrderEntriesOf(installed);
    }

    @Test
    void aPackageHasEverything() throws IOException {
        helm.succeed(List.of("package", Helm.CHART.toString(), "--destination=" + directory));

        Path archive = directory.resolve("datachunk-0.1.0.tgz");
        assertThat(byName(rendered(archive))).isEqualTo(byName(rendered(Helm.CHART)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "storage.mode=local",
                "workerNamespaces={queries,reports}",
                "storage.state.path=/run/datachunk,workerNamespaces={queries,reports}",
                "storage.mode=existingClaim,storage.existingClaim=disk",
                "storage.mode=existingClaim,storage.existingClaim=disk,storage.state.existingClaim=memory",
                "storage.mode=hostPath",
                "storage.mode=hostPath,storage.state.path=/run/datachunk",
                "agent.credentials.secretName=buckets,agent.ca.secretName=authority,agent.maxBandwidth=50M",
                "agent.allowAddresses={10.0.0.0/8,fd00::/8},agent.denyAddresses={0.0.0.0/0},namespaces={lake}",
                "agent.env[0].name=https_proxy,agent.env[0].value=http://proxy:3128,image.registry=registry.example/lake",
                "agent.priorityClassName=system-node-critical,agent.tolerations[0].operator=Exists,log.format=json",
                "operator.replicas=1,crds.keep=false,rbac.aggregate=false,fullnameOverride=chunks",
                "networkPolicy.enabled=true,networkPolicy.from[0].namespaceSelector.matchLabels.name=monitoring",
                "monitoring.dashboard.enabled=true,monitoring.podMonitor.enabled=true,monitoring.prometheusRule.enabled=true",
            })
    void theServerTakesEveryMode(String values, Cluster cluster) throws IOException {
        cluster.kubectl(
                "apply",
                "-f",
                Cluster.ROOT.resolve("manifests/install/namespace.yaml").toString());
        WORKERS.forEach(namespace -> new Chunks(cluster.client(), namespace));
        assertThat(helm.lint("--set=" + values)).contains("0 chart(s) failed");
        List<JsonNode> objects = rendered(Helm.CHART, "--set=" + values);

        StringBuilder known = new StringBuilder();
        for (JsonNode object : objects) {
            if (object.path("apiVersion").asText().startsWith("monitoring.coreos.com/")) {
                assertThat(object.path("spec")).isNotEmpty(); // this server does not know the kind
            } else {
                known.append("---\n").append(object).append('\n');
            }
        }
        Path file = Files.writeString(directory.resolve("known.yaml"), known);
        String said = cluster.kubectl("apply", "--dry-run=server", "-f", file.toString());

        if (values.contains("hostPath")) {
            assertThat(said).contains("would violate PodSecurity").contains("hostPath");
        } else {
            assertThat(said).doesNotContain("Warning");
        }
    }

    @Test
    void theWorkersPodPassesPodSecurity(Cluster cluster) {
        WORKERS.forEach(namespace -> new Chunks(cluster.client(), namespace));
        // No controller is here to make it.
        cluster.tryKubectl("create", "serviceaccount", "default", "-n", "queries");
        cluster.kubectl(
                "label", "namespace", "queries", "pod-security.kubernetes.io/enforce=restricted", "--overwrite");

        assertThat(cluster.kubectl(
                        "apply",
                        "--dry-run=server",
                        "-f",
                        Cluster.ROOT.resolve("manifests/worker/pod.yaml").toString()))
                .contains("pod/worker created");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "storage.mode=nfs                                        | /storage/mode",
                "storage.mode=existingClaim                              | name the claim in storage.existingClaim",
                "storage.existingClaim=disk                              | set storage.mode to existingClaim",
                "storage.path=data                                       | /storage/path",
                "storage.state.path=/mnt/datachunk/state                 | neither in the other",
                "storage.mode=hostPath,workerNamespaces={queries}        | leave workerNamespaces empty",
                "agent.nodeSelector=null                                 | agent.nodeSelector has to name the label",
                "workerNamespaces={Queries}                              | /workerNamespaces/0",
                "agent.connections=0                                     | /agent/connections",
                "agent.conections=4                                      | conections",
                "agent.allowAddresses={example.com}                      | /agent/allowAddresses/0",
                "agent.reserve=ten                                       | /agent/reserve",
                "agent.deleteGrace=soon                                  | /agent/deleteGrace",
                "operator.image.digest=sha256:12                         | /operator/image/digest",
                "log.level=loud                                          | /log/level",
            })
    void aWrongValueIsRefusedByItsName(String values, String message) {
        Cluster.Printed printed = helm.template(Helm.CHART, directory, List.of("--set=" + values));

        assertThat(printed.exitCode()).isNotZero();
        assertThat(printed.text()).contains(message);
    }

    private List<JsonNode> rendered(Path chart, String... arguments) throws IOException {
        Path output = Files.createTempDirectory(directory, "rendered");
        Cluster.Printed printed = helm.template(chart, output, List.of(arguments));
        assertThat(printed.exitCode()).as(printed.text()).isZero();
        return Helm.objects(output).stream()
                .filter(object -> !object.at("/metadata/annotations").has("helm.sh/hook"))
                .toList();
    }

    /** By kind, namespace and name, without what differs for a reason. */
    private static Map<String, JsonNode> byName(List<JsonNode> objects) {
        return new HashMap<>(objects.stream()
                .map(ChartIT::unmarked)
                .collect(Collectors.toMap(
                        object -> object.path("kind").asText() + " "
                                + object.at("/metadata/namespace").asText() + " "
                                + object.at("/metadata/name").asText(),
                        object -> object)));
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
                ((ObjectNode) object.get("metadata")).withObject("/labels").remove("app.kubernetes.io/name");
                ((ObjectNode) object.get("metadata")).withObject("/labels").remove("app.kubernetes.io/component");
                if (object.at("/metadata/labels").isEmpty()) {
                    ((ObjectNode) object.get("metadata")).remove("labels");
                }
            }
        } else {
            node.forEach(ChartIT::unmarked);
        }
        return node;
    }
}
