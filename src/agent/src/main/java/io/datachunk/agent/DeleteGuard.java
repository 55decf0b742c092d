package io.datachunk.agent;

import io.datachunk.reader.ChunkId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The guard against mass deletion. Owned by one thread, that of the agent's loop; does no I/O.
 *
 * <p>Within a minute a fifth of the ready chunks may go at once, and always {@value #AT_LEAST}: what a planned change takes
 * away. More at once looks like a mistake (an emptied directory, a wrong selector), so the rest is held and served on until
 * the grace has passed, or until a wanted chunk needs its space. A chunk that is wanted again is simply not held any more.
 */
final class DeleteGuard {
    static final Duration WINDOW = Duration.ofMinutes(1);
    static final int PERCENT = 20;
    static final int AT_LEAST = 20;

    private final Duration grace;
    private final LongSupplier nanoTime;
    private final InstantSource wallClock;

    /** Held back, the oldest first: disjoint from what is wanted, and from the released. */
    private final Map<ChunkId, Hold> held = new LinkedHashMap<>();

    /** May go, and are still ready. */
    private final Set<ChunkId> released = new HashSet<>();

    /** Let go at once within the last minute, with the time of it, the oldest first. */
    private final Map<ChunkId, Long> recent = new LinkedHashMap<>();

    /**
     * A guard that holds nothing.
     *
     * @param grace how long a delete is held; zero: the guard is off
     * @param nanoTime monotonic
     * @param wallClock for reports alone
     */
    DeleteGuard(Duration grace, LongSupplier nanoTime, InstantSource wallClock) {
        this.grace = grace;
        this.nanoTime = nanoTime;
        this.wallClock = wallClock;
    }

    private record Hold(long nanoTime, Instant since) {}

    /**
     * Says which ready chunks stay although nobody wants them.
     *
     * @param ready what readers find, in the order in which it is to go
     * @param spaceIsShort whether a wanted chunk waits for space that no delete under way will give: one held chunk, the
     *     oldest, is released for it
     * @return the held chunks, the oldest first, with the time since when
     */
    Map<ChunkId, Instant> decide(Set<ChunkId> wanted, Set<ChunkId> ready, boolean spaceIsShort) {
        if (grace.isZero()) {
            return Map.of();
        }
        long now = nanoTime.getAsLong();
        held.keySet().removeIf(id -> wanted.contains(id) || !ready.contains(id));
        released.removeIf(id -> wanted.contains(id) || !ready.contains(id));
        recent.values().removeIf(at -> now - at >= WINDOW.toNanos());

        int allowance = allowance(ready);
        for (ChunkId id : ready) {
            if (wanted.contains(id) || released.contains(id) || held.containsKey(id)) {
                continue;
            }
            boolean again = recent.remove(id) != null;
            if (again || allowance > 0) {
                allowance -= again ? 0 : 1;
                released.add(id);
                recent.put(id, now);
            } else {
                held.put(id, new Hold(now, wallClock.instant()));
            }
        }
        releaseHeld(now, spaceIsShort);
        Map<ChunkId, Instant> result = LinkedHashMap.newLinkedHashMap(held.size());
        held.forEach((id, hold) -> result.put(id, hold.since()));
        return Collections.unmodifiableMap(result);
    }

    private int allowance(Set<ChunkId> ready) {
        long gone = recent.keySet().stream().filter(id -> !ready.contains(id)).count();
        long base = ready.size() + gone;
        return (int) Math.max(AT_LEAST, base * PERCENT / 100) - recent.size();
    }

    private void releaseHeld(long now, boolean spaceIsShort) {
        boolean forSpace = spaceIsShort;
        for (Iterator<Map.Entry<ChunkId, Hold>> oldestFirst = held.entrySet().iterator(); oldestFirst.hasNext(); ) {
            Map.Entry<ChunkId, Hold> oldest = oldestFirst.next();
            boolean over = now - oldest.getValue().nanoTime() >= grace.toNanos();
            if (!over && !forSpace) {
                return;
            }
            forSpace &= over;
            released.add(oldest.getKey());
            oldestFirst.remove();
        }
    }
}
