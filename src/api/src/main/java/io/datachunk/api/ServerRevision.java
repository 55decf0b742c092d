package io.datachunk.api;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.function.Supplier;

/**
 * Notices that an API server went back to an older state of its store, as after a backup of etcd was restored. Owned by one thread.
 *
 * <p>A list that names no version is answered from the store itself and carries its revision, which only grows. What a restore takes
 * back within the time between two looks is not noticed. Versions are numbers that may be compared (KEP-5504); one that is none is
 * taken for unknown.
 */
public final class ServerRevision {
    private final Supplier<String> version;
    private long highest;

    /**
     * A look at whatever gives versions.
     *
     * @param version of the store now; may throw {@link KubernetesClientException}
     */
    public ServerRevision(Supplier<String> version) {
        this.version = version;
    }

    /** By a list of one NodeChunks of a namespace, which agents and operators may read. */
    public static ServerRevision of(KubernetesClient client, String namespace) {
        var reports = client.resources(NodeChunks.class).inNamespace(namespace);
        return new ServerRevision(
                () -> reports.list(new ListOptionsBuilder().withLimit(1L).build())
                        .getMetadata()
                        .getResourceVersion());
    }

    /** Asks the server, which takes a request: whether it has a lower revision than when it was asked before. No if it does not answer. */
    public boolean wentBack() {
        long now;
        try {
            now = Long.parseUnsignedLong(version.get());
        } catch (KubernetesClientException | NumberFormatException unknown) {
            return false;
        }
        boolean wentBack = Long.compareUnsigned(now, highest) < 0;
        highest = now;
        return wentBack;
    }
}
