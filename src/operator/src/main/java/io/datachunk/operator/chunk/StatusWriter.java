package io.datachunk.operator.chunk;

import io.datachunk.api.DataChunk;

/** Puts a status into an object at the API server. */
@FunctionalInterface
public interface StatusWriter {
    /**
     * Applies a merge patch to the status.
     *
     * @return the version of the object after it
     * @throws io.fabric8.kubernetes.client.KubernetesClientException if it was not written, or that cannot be known
     */
    String write(DataChunk chunk, String patch);
}
