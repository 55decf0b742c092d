package io.datachunk.api;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an informer remembers: of thousands of objects, only the parts that this process reads. Thread-safe.
 *
 * <p>The managed fields and the last applied configuration are larger than the rest of an object.
 */
public final class TrimmedStore<T extends HasMetadata> implements ItemStore<T> {
    private final Map<String, T> items = new ConcurrentHashMap<>();
    private final Consumer<T> trim;

    /**
     * An empty store.
     *
     * @param trim takes away from an object what nobody reads, apart from its metadata
     */
    public TrimmedStore(Consumer<T> trim) {
        this.trim = trim;
    }

    /** An empty store of nodes: the images and addresses of a thousand nodes are megabytes that nobody here reads. */
    public static TrimmedStore<Node> ofNodes() {
        return new TrimmedStore<>(node -> {
            node.setSpec(null);
            node.setStatus(null);
        });
    }

    @Override
    public String getKey(T object) {
        return Cache.metaNamespaceKeyFunc(object);
    }

    @Override
    @SuppressWarnings("NullAway") // the interface says null where there was none
    public @Nullable T put(String key, T object) {
        ObjectMeta metadata = object.getMetadata();
        metadata.setManagedFields(null);
        metadata.setAnnotations(null);
        metadata.setOwnerReferences(null);
        trim.accept(object);
        return items.put(key, object);
    }

    @Override
    @SuppressWarnings("NullAway")
    public @Nullable T remove(String key) {
        return items.remove(key);
    }

    @Override
    public Stream<String> keySet() {
        return items.keySet().stream();
    }

    @Override
    public Stream<T> values() {
        return items.values().stream();
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    @SuppressWarnings("NullAway")
    public @Nullable T get(String key) {
        return items.get(key);
    }
}
