package io.datachunk.operator.node;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes are heard of. What counts is how long ago a heartbeat was seen to change, by this process's monotonic clock: nodes' clocks differ. Time in
 * which nothing could be seen does not count. Owned by its caller, who serialises the calls.
 */
final class Heartbeats {
    static final Duration STALE_AFTER = Duration.ofSeconds(90);

    private final Map<String, Heard> heard = new HashMap<>();

    /** Takes a heartbeat note of. Returns whether the node is heard of. */
    boolean seen(String node, @Nullable String heartbeat, long nowNanos, Instant wallClock) {
        Heard before = heard.get(node);
        if (before == null) {
            // The first look after a start: the node may be long gone. Nothing but its own clock can tell.
            heard.put(
                    node,
                    new Heard(heartbeat, nowNanos - age(heartbeat, wallClock).toNanos()));
        } else if (!Objects.equals(before.heartbeat, heartbeat)) {
            heard.put(node, new Heard(heartbeat, nowNanos));
        }
        return isFresh(node, nowNanos);
    }

    void forget(String node) {
        heard.remove(node);
    }

    /** Nothing could be seen for so long. */
    void blindFor(Duration time) {
        heard.replaceAll((_, was) -> new Heard(was.heartbeat, was.atNanos + time.toNanos()));
    }

    /** Whether each node is heard of. */
    Map<String, Boolean> fresh(long nowNanos) {
        Map<String, Boolean> fresh = new HashMap<>();
        heard.keySet().forEach(node -> fresh.put(node, isFresh(node, nowNanos)));
        return fresh;
    }

    private boolean isFresh(String node, long nowNanos) {
        return nowNanos - Objects.requireNonNull(heard.get(node)).atNanos <= STALE_AFTER.toNanos();
    }

    private static Duration age(@Nullable String heartbeat, Instant wallClock) {
        if (heartbeat == null) {
            return Duration.ZERO;
        }
        try {
            Duration age = Duration.between(Instant.parse(heartbeat), wallClock);
            // More would say the same and could overflow the nanoseconds.
            return age.isNegative() ? Duration.ZERO : age.compareTo(STALE_AFTER) > 0 ? STALE_AFTER.plusSeconds(1) : age;
        } catch (DateTimeParseException _) {
            return Duration.ZERO;
        }
    }

    private record Heard(@Nullable String heartbeat, long atNanos) {}
}
