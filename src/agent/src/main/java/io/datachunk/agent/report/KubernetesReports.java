package io.datachunk.agent.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.datachunk.api.DataChunkApi;
import io.datachunk.api.NodeChunkSlice;
import io.datachunk.api.NodeChunks;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The reports of one node at an API server. Thread-safe; every call is one request. */
final class KubernetesReports implements ReportTarget {
    /** Names and versions, without the entries, which are the size. */
    private static final String METADATA_ALONE = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

    /** Events about objects outside of all namespaces live in this one. */
    private static final String EVENT_NAMESPACE = "default";

    private static final String COMPONENT = "datachunk-agent";

    private final KubernetesClient client;
    private final String namespace;
    private final String nodeName;

    KubernetesReports(KubernetesClient client, String namespace, String nodeName) {
        this.client = client;
        this.namespace = namespace;
        this.nodeName = nodeName;
    }

    @Override
    public Optional<NodeChunks> find() {
        return Optional.ofNullable(client.resources(NodeChunks.class)
                .inNamespace(namespace)
                .withName(nodeName)
                .get());
    }

    @Override
    public NodeChunks put(NodeChunks report) {
        Resource<NodeChunks> resource =
                client.resources(NodeChunks.class).inNamespace(namespace).resource(report);
        return report.getMetadata().getResourceVersion() == null ? resource.create() : resource.update();
    }

    @Override
    public NodeChunks putStatus(NodeChunks report) {
        return client.resources(NodeChunks.class)
                .inNamespace(namespace)
                .resource(report)
                .updateStatus();
    }

    @Override
    public Map<String, String> sliceVersions() {
        String path = "apis/" + DataChunkApi.API_VERSION + "/namespaces/" + namespace
                + "/nodechunkslices?fieldSelector=" + URLEncoder.encode("nodeName=" + nodeName, StandardCharsets.UTF_8);
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(client.getMasterUrl() + path))
                .header("Accept", METADATA_ALONE)
                .timeout(client.getConfiguration().getRequestTimeout(), TimeUnit.MILLISECONDS)
                .build();
        HttpResponse<String> answer = await(request);
        if (!answer.isSuccessful()) {
            throw new KubernetesClientException("listing slices was answered by " + answer.code(), answer.code(), null);
        }
        JsonNode list = client.getKubernetesSerialization().unmarshal(answer.body(), JsonNode.class);
        Map<String, String> versions = new HashMap<>();
        for (JsonNode item : list.path("items")) {
            JsonNode metadata = item.path("metadata");
            versions.put(
                    metadata.path("name").asText(),
                    metadata.path("resourceVersion").asText());
        }
        return versions;
    }

    @Override
    public String put(NodeChunkSlice slice) {
        Resource<NodeChunkSlice> resource =
                client.resources(NodeChunkSlice.class).inNamespace(namespace).resource(slice);
        NodeChunkSlice now = slice.getMetadata().getResourceVersion() == null ? resource.create() : resource.update();
        return now.getMetadata().getResourceVersion();
    }

    @Override
    public void deleteSlice(String name) {
        client.resources(NodeChunkSlice.class)
                .inNamespace(namespace)
                .withName(name)
                .delete();
    }

    @Override
    public void tell(boolean warning, String reason, String message) {
        String now = Entries.time(Instant.now());
        Event event = new EventBuilder()
                .withNewMetadata()
                .withGenerateName(COMPONENT + "-")
                .withNamespace(EVENT_NAMESPACE)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(nodeName)
                .withUid(nodeName) // as the kubelet's own events do, so that kubectl describe node shows them
                .endInvolvedObject()
                .withType(warning ? "Warning" : "Normal")
                .withReason(reason)
                .withMessage(message)
                .withNewSource(COMPONENT, nodeName)
                .withReportingComponent(COMPONENT)
                .withReportingInstance(nodeName)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .build();
        client.v1().events().inNamespace(EVENT_NAMESPACE).resource(event).create();
    }

    private HttpResponse<String> await(HttpRequest request) {
        try {
            return client.getHttpClient()
                    .sendAsync(request, String.class)
                    .get(client.getConfiguration().getRequestTimeout(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new KubernetesClientException("listing slices was not answered", e);
        }
    }
}
