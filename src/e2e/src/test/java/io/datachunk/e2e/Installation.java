package io.datachunk.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Agent and operator on a node, as a person installs them there: a release of the chart, with the state on a tmpfs.
 *
 * @param disk whose directories the release gets
 */
record Installation(Cluster cluster, Helm helm, NodeDisk disk) {
    static final String NAMESPACE = ServiceAccounts.NAMESPACE;

    /** Whose pods can mount the chunks. */
    static final List<String> WORKER_NAMESPACES = List.of(WorkerPod.NAMESPACE, "full");

    private static final String RESTRICTED = "pod-security.kubernetes.io/enforce=restricted";

    /** Installs them, adopting what an earlier release has left, and waits until both work. */
    void install() {
        cluster.kubectl(
                "apply",
                "-f",
                Cluster.ROOT.resolve("manifests/install/namespace.yaml").toString());
        for (String namespace : WORKER_NAMESPACES) {
            if (cluster.client().namespaces().withName(namespace).get() == null) {
                cluster.kubectl("create", "namespace", namespace);
            }
            cluster.kubectl("label", "namespace", namespace, "--overwrite", RESTRICTED);
        }
        release(
                "install",
                List.of(
                        "--set=storage.path=" + disk.data(),
                        "--set=storage.state.path=" + disk.state(),
                        "--set=workerNamespaces={" + String.join(",", WORKER_NAMESPACES) + "}",
                        // What a test leaves goes at once, however many chunks it is.
                        "--set=agent.deleteGrace=0s"));
        awaitRollout();
    }

    /** Changes values, and leaves the others. */
    void upgrade(Map<String, String> values) {
        List<String> arguments = new ArrayList<>(List.of("--reuse-values"));
        values.forEach((name, value) -> arguments.add("--set=" + name + "=" + value));
        release("upgrade", arguments);
        awaitRollout();
    }

    void uninstall() {
        helm.run(cluster, "uninstall", "datachunk", "--namespace=" + NAMESPACE);
    }

    /** The chart's own test of itself. */
    String test() {
        return helm.run(cluster, "test", "datachunk", "--namespace=" + NAMESPACE);
    }

    void awaitRollout() {
        cluster.kubectl("rollout", "status", "--timeout=110s", "deployment/datachunk-operator", "-n", NAMESPACE);
        cluster.kubectl("rollout", "status", "--timeout=110s", "daemonset/datachunk-agent", "-n", NAMESPACE);
    }

    private void release(String verb, List<String> arguments) {
        List<String> command =
                new ArrayList<>(List.of(verb, "datachunk", Helm.CHART.toString(), "--namespace=" + NAMESPACE));
        command.addAll(arguments);
        helm.run(cluster, command.toArray(String[]::new));
    }
}
