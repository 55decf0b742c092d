package io.datachunk.manager.plan;

import io.datachunk.manager.plan.Content.Wait;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The downloads that found no room on the volume, and the rules by which they get it. Owned by the planner thread.
 *
 * <p>What is deleted already is waited for. Then partials that nobody wants are dropped, then those of wanted downloads,
 * the oldest first, and only where that makes room in all. In the end, after {@link #PATIENCE_MS}, the content of a chunk
 * that still serves gives way to the one declared in its place: the volume holds what is desired, and not more.
 *
 * <p>No two downloads drop each other in turn for ever. Of those that wait for space, only an earlier declaration drops a
 * later one, or anybody one that cannot fit at all. Those that fail for another reason are dropped only once a try
 * brought nothing new; bytes that were there before count as nothing new, so each can come back and displace another
 * only as long as it gets further than ever, which ends at its size. What runs is never dropped.
 */
final class Space {
    /** How often a few are tried although the volume seems full: what it says may be wrong. */
    private static final long PROBE_MS = 30_000;

    /** How long a content goes on serving though the one declared in its place has no room. Quotas and logs come and go. */
    private static final long PATIENCE_MS = 30_000;

    /** Exactly the wanted contents that wait for SPACE, by the order of their declarations. */
    private final NavigableMap<Long, Content> waiting = new TreeMap<>();

    /** The same, the one that was tried longest ago first. */
    private final SequencedSet<Content> byTry = new LinkedHashSet<>();

    private OptionalLong freeBytes = OptionalLong.empty();

    /** NEVER exactly while nobody waits. */
    private long nextProbeMs = Timers.NEVER;

    /** Two contents that serve do not give way at the same time: one may be enough. */
    private long noSacrificeBeforeMs = Long.MIN_VALUE;

    /**
     * What to do.
     *
     * @param admitted have room now
     * @param dropped a partial to discard
     * @param retired a content to take out of service
     */
    record Relief(List<Content> admitted, Optional<Content> dropped, Optional<Content> retired) {}

    void add(Content content, long nowMs) {
        waiting.put(content.order, content);
        byTry.addLast(content);
        if (nextProbeMs == Timers.NEVER) {
            nextProbeMs = nowMs + PROBE_MS;
        }
    }

    void remove(Content content) {
        waiting.remove(content.order);
        byTry.remove(content);
        if (waiting.isEmpty()) {
            nextProbeMs = Timers.NEVER;
        }
    }

    boolean isShort() {
        return !waiting.isEmpty();
    }

    void setFree(long bytes) {
        freeBytes = OptionalLong.of(bytes);
    }

    OptionalLong free() {
        return freeBytes;
    }

    boolean seemsEnoughFor(Content content) {
        return freeBytes.isPresent() && content.missingBytes() <= freeBytes.getAsLong();
    }

    long nextProbeMs() {
        return nextProbeMs;
    }

    /** Up to {@code most} contents to try although there seems to be no room, if it is time. */
    List<Content> probe(int most, long nowMs) {
        if (nowMs < nextProbeMs) {
            return List.of();
        }
        nextProbeMs = nowMs + PROBE_MS;
        return byTry.stream().limit(most).toList();
    }

    /** Looks at everything and decides; changes nothing but what it remembers of decisions. */
    Relief review(Collection<Chunk> chunks, long nowMs) {
        if (waiting.isEmpty() || freeBytes.isEmpty()) {
            return new Relief(List.of(), Optional.empty(), Optional.empty());
        }
        Survey survey = Survey.of(chunks);
        List<Content> admitted = new ArrayList<>();
        Set<Content> hopeless = new HashSet<>();
        long budget = freeBytes.getAsLong() - survey.admittedBytes;
        long droppable = survey.stuckBytes;
        long later = waiting.values().stream().mapToLong(Content::heldBytes).sum();
        for (Content content : waiting.values()) {
            later -= content.heldBytes();
            long missing = content.missingBytes();
            if (missing <= budget) {
                budget -= missing;
                if (content.wakeAtMs == Timers.NEVER) {
                    admitted.add(content);
                }
                continue;
            }
            long obtainable = budget + survey.leavingBytes + droppable + later;
            if (missing <= obtainable || survey.somethingOfUnknownSize()) {
                // Those after it have to wait: what comes free is for this one.
                return new Relief(admitted, survey.toDropFor(content, hopeless), Optional.empty());
            }
            Optional<Content> serving = content.chunk.superseded();
            if (serving.isPresent()
                    && missing <= obtainable + serving.get().storedBytes()
                    && mayRetire(content, survey, nowMs)) {
                noSacrificeBeforeMs = nowMs + PATIENCE_MS;
                return new Relief(admitted, Optional.empty(), serving);
            }
            hopeless.add(content);
            droppable += content.heldBytes();
        }
        return new Relief(admitted, Optional.empty(), Optional.empty());
    }

    private boolean mayRetire(Content content, Survey survey, long nowMs) {
        return !survey.leaving && nowMs - content.shortSinceMs >= PATIENCE_MS && nowMs >= noSacrificeBeforeMs;
    }

    /** What there is to gain. Made for one review. */
    private static final class Survey {
        /** Something is being deleted already. */
        private boolean leaving;

        /** What that sets free, as far as known. */
        private long leavingBytes;

        /** Promised by a review to downloads that have not begun. */
        private long admittedBytes;

        private @Nullable Content oldestUnwanted;

        /** Of wanted partials that wait for something else than space, and will probably wait again. */
        private long stuckBytes;

        /** Some wanted partial will not go on soon, and only dropping it tells what that sets free. */
        private boolean stuckAndUnknown;

        private final List<Content> partials = new ArrayList<>();

        static Survey of(Collection<Chunk> chunks) {
            Survey survey = new Survey();
            chunks.forEach(chunk -> chunk.contents.forEach(survey::add));
            return survey;
        }

        private void add(Content content) {
            admittedBytes += content.admittedBytes;
            if (content.phase.leaving() || leavesSoon(content)) {
                leaving = true;
                leavingBytes += Math.max(content.storedBytes(), content.bytes);
            }
            if (content.phase == Phase.PARTIAL) {
                if (content.wanted()) {
                    partials.add(content);
                    stuckBytes += stuck(content) ? content.heldBytes() : 0;
                    stuckAndUnknown |= stuckAndUnknown(content);
                } else if (oldestUnwanted == null || content.idleSince < oldestUnwanted.idleSince) {
                    oldestUnwanted = content;
                }
            }
        }

        private static boolean leavesSoon(Content content) {
            return !content.wanted() && (content.phase == Phase.CANCELLING || content.phase == Phase.STORING);
        }

        private static boolean stuck(Content content) {
            return switch (content.wait) {
                case TIME, DECLARATION ->
                    content.backoff.stuck() || (content.trouble != null && content.trouble.lasting());
                case NOTHING, TURN, SPACE -> false;
            };
        }

        /** Nobody wants it or it will not go on soon, and only dropping it tells what that sets free. */
        boolean somethingOfUnknownSize() {
            return oldestUnwanted != null || stuckAndUnknown;
        }

        private static boolean stuckAndUnknown(Content content) {
            return stuck(content) && content.neededBytes == 0;
        }

        /** One at a time, and only once what was dropped before is gone: it may turn out to be enough. */
        Optional<Content> toDropFor(Content needy, Set<Content> hopeless) {
            if (leaving) {
                return Optional.empty();
            }
            if (oldestUnwanted != null) {
                return Optional.of(oldestUnwanted);
            }
            return partials.stream()
                    .filter(content -> content != needy && (content.heldBytes() > 0 || stuckAndUnknown(content)))
                    .filter(content -> stuck(content)
                            || (content.wait == Wait.SPACE
                                    && (content.order > needy.order || hopeless.contains(content))))
                    .min(Comparator.comparingLong(content -> content.idleSince));
        }
    }
}
