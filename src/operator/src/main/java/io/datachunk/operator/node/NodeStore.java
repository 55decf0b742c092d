package io.datachunk.operator.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the informer of nodes remembers: names and labels. The images and addresses of a thousand nodes are megabytes that nobody here reads. Thread-safe. */
final class NodeStore implements ItemStore<Node> {
    private final Map<String, Node> nodes = new ConcurrentHashMap<>();

    @Override
    public String getKey(Node node) {
        return Cache.metaNamespaceKeyFunc(node);
    }

    @Override
    @SuppressWarnings("NullAway") // the interface says null where there was none
    public @Nullable Node put(String key, Node node) {
        ObjectMeta whole = node.getMetadata();
        Node kept = new NodeBuilder()
                .withNewMetadata()
                .withName(whole.getName())
                .withUid(whole.getUid())
                .withResourceVersion(whole.getResourceVersion())
                .withLabels(whole.getLabels())
                .endMetadata()
                .build();
        return nodes.put(key, kept);
    }

    @Override
    @SuppressWarnings("NullAway")
    public @Nullable Node remove(String key) {
        return nodes.remove(key);
    }

    @Override
    public Stream<String> keySet() {
        return nodes.keySet().stream();
    }

    @Override
    public Stream<Node> values() {
        return nodes.values().stream();
    }

    @Override
    public int size() {
        return nodes.size();
    }

    @Override
    @SuppressWarnings("NullAway")
    public @Nullable Node get(String key) {
        return nodes.get(key);
    }
}
