package io.datachunk.manager.plan;

import java.util.Optional;
import java.util.PriorityQueue;

/** The time of the event being handled, and what is due later. Owned by the planner thread. */
final class Timers {
    static final long NEVER = Long.MAX_VALUE;

    private static final int MIN_CROWDED = 1_024;

    private record Alarm(long atMs, Content content) implements Comparable<Alarm> {
        boolean isVoid() {
            return content.wakeAtMs != atMs;
        }

        @Override
        public int compareTo(Alarm other) {
            return Long.compare(atMs, other.atMs);
        }
    }

    /** For every content with a {@link Content#wakeAtMs} there is an alarm of that time; others are void. */
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>();

    /** With so many alarms the void ones are dropped: one that is far off may be replaced again and again. */
    private int crowded = MIN_CROWDED;

    /** Never goes back. */
    private long nowMs = Long.MIN_VALUE;

    void advance(long toMs) {
        nowMs = Math.max(nowMs, toMs);
    }

    long nowMs() {
        return nowMs;
    }

    void wake(Content content, long inMs) {
        wakeAt(content, nowMs + inMs);
    }

    void wakeAt(Content content, long atMs) {
        content.wakeAtMs = atMs;
        if (atMs != NEVER) {
            alarms.add(new Alarm(atMs, content));
        }
        if (alarms.size() > crowded) {
            alarms.removeIf(Alarm::isVoid);
            crowded = Math.max(MIN_CROWDED, 2 * alarms.size());
        }
    }

    void clear(Content content) {
        content.wakeAtMs = NEVER;
    }

    /** Takes the next content whose time has come. */
    Optional<Content> nextDue() {
        if (nextMs() > nowMs) {
            return Optional.empty();
        }
        Content content = alarms.remove().content();
        clear(content);
        return Optional.of(content);
    }

    long nextMs() {
        while (!alarms.isEmpty() && alarms.element().isVoid()) {
            alarms.remove();
        }
        return alarms.isEmpty() ? NEVER : alarms.element().atMs();
    }
}
