package io.datachunk.agent.report;

import io.datachunk.api.DataChunkApi;
import io.datachunk.api.ResourceCondition;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that people who look after a node want to hear. Immutable.
 *
 * @param warning whether somebody needs to do something
 */
record NodeEvent(boolean warning, String reason, String message) {

    /** What is to be told after the conditions of a NodeChunks have changed. */
    static List<NodeEvent> between(List<ResourceCondition> before, List<ResourceCondition> now) {
        List<NodeEvent> events = new ArrayList<>();
        boolean missing = isVolumeMissing(now);
        if (missing && !isVolumeMissing(before)) {
            events.add(new NodeEvent(true, NodeConditions.VOLUME_MISSING, message(now, DataChunkApi.CONDITION_READY)));
        } else if (!missing && isVolumeMissing(before)) {
            events.add(new NodeEvent(false, "VolumeFound", "The chunks of this node are on a volume again."));
        }
        addChange(events, before, now, DataChunkApi.CONDITION_VOLUME_PRESSURE, "EnoughSpace");
        addChange(events, before, now, DataChunkApi.CONDITION_DELETES_HELD, "DeletesNoLongerHeld");
        return events;
    }

    private static void addChange(
            List<NodeEvent> events,
            List<ResourceCondition> before,
            List<ResourceCondition> now,
            String type,
            String reasonWhenOver) {
        boolean holds = ResourceCondition.holds(now, type);
        if (holds && !ResourceCondition.holds(before, type)) {
            events.add(new NodeEvent(true, type, message(now, type)));
        } else if (!holds && ResourceCondition.holds(before, type)) {
            events.add(new NodeEvent(false, reasonWhenOver, message(now, type)));
        }
    }

    private static boolean isVolumeMissing(List<ResourceCondition> conditions) {
        return ResourceCondition.find(conditions, DataChunkApi.CONDITION_READY)
                .filter(ready -> ready.reason().equals(NodeConditions.VOLUME_MISSING))
                .isPresent();
    }

    private static String message(List<ResourceCondition> conditions, String type) {
        return ResourceCondition.find(conditions, type)
                .map(ResourceCondition::message)
                .orElse("");
    }
}
