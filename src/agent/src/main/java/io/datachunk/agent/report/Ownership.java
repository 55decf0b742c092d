package io.datachunk.agent.report;

import io.datachunk.agent.source.NodeIdentity;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;

/** How report objects belong to their node. Stateless. */
final class Ownership {
    private static final int MAX_LABEL_CHARACTERS = 63;

    private Ownership() {}

    /** The Node as owner: what is reported of it goes when it goes. */
    static OwnerReference of(String nodeName, NodeIdentity node) {
        return new OwnerReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(nodeName)
                .withUid(node.uid())
                .build();
    }

    /** The node's name as a label's value, which is shorter than names may be: for people who select, not for programs. */
    static String label(String nodeName) {
        return nodeName.length() <= MAX_LABEL_CHARACTERS
                ? nodeName
                : nodeName.substring(0, MAX_LABEL_CHARACTERS).replaceAll("[^A-Za-z0-9]+$", "");
    }
}
