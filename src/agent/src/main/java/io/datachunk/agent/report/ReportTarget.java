package io.datachunk.agent.report;

import io.datachunk.api.NodeChunkSlice;
import io.datachunk.api.NodeChunks;
import java.util.Map;
import java.util.Optional;

/**
 * Where the reports of one node are written. Every call blocks for a bounded time and throws a
 * {@link io.fabric8.kubernetes.client.KubernetesClientException} if it failed: with code 409 if the object is not the one that was
 * read, 404 if it is gone.
 */
interface ReportTarget {

    /** The node's NodeChunks as it is now. */
    Optional<NodeChunks> find();

    /**
     * Makes the object, or replaces all of it but its status.
     *
     * @param report with the resource version that it replaces, or none to make it
     * @return as it is now
     */
    NodeChunks put(NodeChunks report);

    /** Replaces the status; gives the object as it is now. */
    NodeChunks putStatus(NodeChunks report);

    /** The resource versions of the node's slices, by name. */
    Map<String, String> sliceVersions();

    /**
     * Makes the slice, or replaces it.
     *
     * @param slice with the resource version that it replaces, or none to make it
     * @return its resource version now
     */
    String put(NodeChunkSlice slice);

    /** Deletes a slice; one that is gone is no failure. */
    void deleteSlice(String name);

    /**
     * Tells people something of the node, as an event.
     *
     * @param warning whether somebody needs to do something
     * @param reason one word for programs
     */
    void tell(boolean warning, String reason, String message);
}
