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
public final class Heartbeats {
    /** A node whose heartbeat is older is not heard of any more. */
    public static final Duration STALE_AFTER = Duration.ofSeconds(90);

    /** Two heartbeats: an agent that is there is heard of by then. */
    static final Duration UNDECIDED_FOR = Duration.ofSeconds(60);

    private final Map<String, Heard> heard = new HashMap<>();

    /** Takes note of a heartbeat. */
    Freshness seen(String node, @Nullable String heartbeat, long nowNanos, Instant wallClock) {
        Heard before = heard.get(node);
        if (before == null) {
            Duration age = age(heartbeat, wallClock);
            boolean old = age.compareTo(STALE_AFTER) > 0;
            heard.put(node, new Heard(heartbeat, old ? nowNanos : nowNanos - age.toNanos(), old));
        } else if (!Objects.equals(before.heartbeat, heartbeat)) {
            heard.put(node, new Heard(heartbeat, nowNanos, false));
        }
        return freshness(node, nowNanos);
    }

    void forget(String node) {
        heard.remove(node);
    }

    /** Nothing could be seen for so long. */
    void blindFor(Duration time) {
        heard.replaceAll((_, was) -> new Heard(was.heartbeat, was.atNanos + time.toNanos(), was.wasOld));
    }

    /** Whether each node is heard of. */
    Map<String, Freshness> freshness(long nowNanos) {
        Map<String, Freshness> all = new HashMap<>();
        heard.keySet().forEach(node -> all.put(node, freshness(node, nowNanos)));
        return all;
    }

    private Freshness freshness(String node, long nowNanos) {
        Heard last = Objects.requireNonNull(heard.get(node));
        long silentNanos = nowNanos - last.atNanos;
        if (last.wasOld) {
            return silentNanos <= UNDECIDED_FOR.toNanos() ? Freshness.UNDECIDED : Freshness.SILENT;
        }
        return silentNanos <= STALE_AFTER.toNanos() ? Freshness.FRESH : Freshness.SILENT;
    }

    private static Duration age(@Nullable String heartbeat, Instant wallClock) {
        if (heartbeat == null) {
            return Duration.ZERO;
        }
        try {
            Duration age = Duration.between(Instant.parse(heartbeat), wallClock);
            return age.isNegative() ? Duration.ZERO : age;
        } catch (DateTimeParseException _) {
            return Duration.ZERO;
        }
    }

    /**
     * What was last heard of a node.
     *
     * @param wasOld at the first look, and has not changed since
     */
    private record Heard(@Nullable String heartbeat, long atNanos, boolean wasOld) {}
}
