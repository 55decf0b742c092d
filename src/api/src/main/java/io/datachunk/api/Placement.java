package io.datachunk.api;

import java.util.Map;

/** The rule that says which nodes a DataChunk wants. Pure; the agent and the operator both ask it, so they cannot disagree. */
public final class Placement {
    private Placement() {}

    /** Whether that node is to hold the chunk: it has the name, if one is given, and all the labels, if any are given. */
    public static boolean wants(DataChunkSpec spec, String nodeName, Map<String, String> nodeLabels) {
        return (spec.nodeName() == null || spec.nodeName().equals(nodeName))
                && nodeLabels.entrySet().containsAll(spec.nodeSelector().entrySet());
    }
}
