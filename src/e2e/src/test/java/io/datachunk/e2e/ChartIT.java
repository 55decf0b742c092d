package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart renders, before anything runs: an API server takes it, and the programs know what they are told. */
@NeedsCluster
class ChartIT {
    private static final List<String> WORKERS = List.of("queries", "reports");
    private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]+[a-z]");

    private final Helm helm = Helm.found();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{storage: {mode: local}}",
                "{workerNamespaces: [queries, reports]}",
                "{storage: {state: {path: /run/datachunk}}, workerNamespaces: [queries, reports]}",
                "{storage: {mode: existingClaim, existingClaim: disk}}",
                "{storage: {mode: existingClaim, existingClaim: disk, state: {existingClaim: memory}}}",
                "{storage: {mode: hostPath}}",
                "{storage: {mode: hostPath, state: {path: /run/datachunk}}}",
                "{agent: {credentials: {secretName: buckets}, ca: {secretName: authority}, maxBandwidth: 50M}}",
                "{agent: {allowAddresses: [10.0.0.0/8, 'fd00::/8'], denyAddresses: [0.0.0.0/0]}, namespaces: [lake]}",
                "{agent: {env: [{name: https_proxy, value: 'http://proxy:3128'}]}, image: {registry: registry.example/lake}}",
                "{agent: {priorityClassName: system-node-critical, tolerations: [{operator: Exists}]}, log: {format: json}}",
                "{agent: {nodeSelector: {datachunk.io/volume: null, disk: fast}, maxUnavailable: 1}}",
                "{operator: {replicas: 1}, crds: {keep: false}, rbac: {aggregate: false}, fullnameOverride: chunks}",
                "{networkPolicy: {enabled: true, from: [{namespaceSelector: {matchLabels: {name: monitoring}}}]}}",
                "{monitoring: {dashboard: {enabled: true}, podMonitor: {enabled: true}, prometheusRule: {enabled: true}}}",
            })
    void theServerTakesEveryMode(String values, Cluster cluster) throws IOException {
        cluster.kubectl(
                "apply",
                "-f",
                Cluster.ROOT.resolve("manifests/install/namespace.yaml").toString());
        WORKERS.forEach(namespace -> new Chunks(cluster.client(), namespace));
        Path file = Files.writeString(directory.resolve("values.yaml"), values);
        assertThat(helm.lint(file)).contains("0 chart(s) failed");
        List<JsonNode> objects = helm.rendered(file, Files.createDirectory(directory.resolve("rendered")));
        assertThat(Chart.byName(objects))
                .as("by both versions of Helm")
                .isEqualTo(Chart.byName(Chart.OURS.rendered(values)));

        StringBuilder known = new StringBuilder();
        for (JsonNode object : objects) {
            if (object.path("apiVersion").asText().startsWith("monitoring.coreos.com/")) {
                assertThat(object.path("spec")).isNotEmpty(); // this server does not know the kind
            } else {
                known.append("---\n").append(object).append('\n');
            }
        }
        String said = cluster.kubectl(
                "apply",
                "--dry-run=server",
                "-f",
                Files.writeString(directory.resolve("known.yaml"), known).toString());

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
                // An agent in a cluster has no manifests; whether to accept another volume is said of a node, not of
                // all; its pod knows its namespace.
                "agent    | templates/agent/daemonset.yaml     | --manifests --accept-new-volume --report-namespace",
                "operator | templates/operator/deployment.yaml | ",
            })
    void everyOptionOfAProgramIsAValueOrLeftOutForAReason(String program, String template, String leftOut)
            throws IOException {
        Set<String> known = options(ShippedJar.help(program));

        Set<String> told = options(Files.readString(Helm.CHART.resolve(template)));
        assertThat(known).containsAll(told);
        told.addAll(options(leftOut == null ? "" : leftOut));
        told.addAll(Set.of("--help", "--version"));
        assertThat(told).isEqualTo(known);
    }

    private static Set<String> options(String text) {
        return OPTION.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }
}
