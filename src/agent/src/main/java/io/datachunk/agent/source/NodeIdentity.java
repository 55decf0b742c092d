package io.datachunk.agent.source;

import java.util.Map;

/**
 * What the API server's Node object says of this node. Immutable.
 *
 * @param uid tells the Node from an earlier one of its name
 */
public record NodeIdentity(String uid, Map<String, String> labels) {

    public NodeIdentity {
        labels = Map.copyOf(labels);
    }
}
