package io.datachunk.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The identities that ship, as pods have them: tokens of the service accounts, bound to pods that are placed on nodes. */
record ServiceAccounts(Cluster cluster) {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    static final String NAMESPACE = "datachunk";

    /** Applies {@code manifests/install} as a user does. */
    static ServiceAccounts install(Cluster cluster) {
        cluster.kubectl("apply", "-k", Cluster.ROOT.resolve("manifests/install").toString());
        return new ServiceAccounts(cluster);
    }

    Node node(String name, Map<String, String> labels) {
        Node node = new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .build();
        return cluster.client().resource(node).forceConflicts().serverSideApply();
    }

    /** Kubeconfig of the agent on that node. */
    Path agent(String node, Path directory) throws IOException {
        PodTemplateSpec template = cluster.client()
                .apps()
                .daemonSets()
                .inNamespace(NAMESPACE)
                .withName("datachunk-agent")
                .get()
                .getSpec()
                .getTemplate();
        return kubeconfig("datachunk-agent", pod("datachunk-agent-" + node, node, template), directory);
    }

    /** Kubeconfig of an operator. */
    Path operator(Path directory) throws IOException {
        node("operator-host", Map.of());
        PodTemplateSpec template = cluster.client()
                .apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("datachunk-operator")
                .get()
                .getSpec()
                .getTemplate();
        return kubeconfig("datachunk-operator", pod("datachunk-operator", "operator-host", template), directory);
    }

    /** Exactly the pod that ships, which the namespace's pod security has to let pass; nothing ever runs it. */
    private Pod pod(String name, String node, PodTemplateSpec template) {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withSpec(template.getSpec())
                .editSpec()
                .withNodeName(node)
                .endSpec()
                .build();
        Pod there = cluster.client().resource(pod).get();
        return there != null ? there : cluster.client().resource(pod).create();
    }

    private Path kubeconfig(String account, Pod pod, Path directory) throws IOException {
        TokenRequest request = new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(7_200L)
                .withNewBoundObjectRef()
                .withApiVersion("v1")
                .withKind("Pod")
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endBoundObjectRef()
                .endSpec()
                .build();
        KubernetesClient client = cluster.client();
        String token = client.serviceAccounts()
                .inNamespace(NAMESPACE)
                .withName(account)
                .tokenRequest(request)
                .getStatus()
                .getToken();
        Path file = directory.resolve(pod.getMetadata().getName() + ".kubeconfig");
        ObjectNode config = (ObjectNode) YAML.readTree(cluster.kubeconfig().toFile());
        ((ObjectNode) config.at("/users/0")).putObject("user").put("token", token);
        ((ObjectNode) config.at("/contexts/0/context")).put("namespace", NAMESPACE);
        YAML.writeValue(file.toFile(), config);
        return file;
    }
}
