package io.datachunk.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.reader.ChunkId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class DeleteGuardTest {
    private static final Duration GRACE = Duration.ofMinutes(5);

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final DeleteGuard guard = new DeleteGuard(GRACE, nanoTime::get, InstantSource.fixed(Instant.EPOCH));

    @Test
    void letsAFifthGoAtOnceAndHoldsTheRest() {
        assertThat(held(chunks(0, 70), chunks(0, 100))).hasSize(10);
        assertThat(held(chunks(0, 0), chunks(0, 1_000)))
                .as("after the first 20")
                .hasSize(1_000 - 200);
    }

    @Test
    void letsTwentyGoHoweverFewThereAre() {
        assertThat(held(Set.of(), chunks(0, 20))).isEmpty();
    }

    @Test
    void countsWhatWentWithinTheLastMinute() {
        held(chunks(20, 100), chunks(0, 100));

        assertThat(held(chunks(30, 100), chunks(20, 100))).isEqualTo(chunks(20, 30));
        pass(Duration.ofMinutes(1));
        assertThat(held(chunks(50, 100), chunks(20, 100)))
                .as("the held stay held")
                .containsAll(chunks(20, 30));
        assertThat(held(chunks(40, 100), chunks(20, 100))).isEqualTo(chunks(20, 30));
    }

    @Test
    void releasesTheHeldWhenTheGraceIsOver() {
        held(Set.of(), chunks(0, 100));
        pass(GRACE.minusNanos(1));
        assertThat(held(Set.of(), chunks(20, 100))).hasSize(80);

        pass(Duration.ofNanos(1));

        assertThat(held(Set.of(), chunks(20, 100))).isEmpty();
    }

    @Test
    void forgetsWhatIsWantedAgain() {
        held(Set.of(), chunks(0, 100));

        assertThat(held(chunks(0, 100), chunks(0, 100))).isEmpty();
        pass(GRACE);
        assertThat(held(chunks(0, 100), chunks(0, 100))).isEmpty();
        assertThat(held(Set.of(), chunks(0, 100)))
                .as("a new mistake has its whole grace")
                .hasSize(80);
    }

    @Test
    void givesUpTheOldestFirstWhenSpaceIsShort() {
        held(Set.of(), chunks(0, 22));
        pass(Duration.ofSeconds(1));
        held(Set.of(), chunks(0, 23));

        assertThat(guard.decide(Set.of(), chunks(0, 23), true).keySet()).containsExactly(id(21), id(22));
        assertThat(guard.decide(Set.of(), chunks(0, 23), true).keySet()).containsExactly(id(22));
    }

    @Test
    void holdsNothingWithoutAGrace() {
        DeleteGuard off = new DeleteGuard(Duration.ZERO, nanoTime::get, InstantSource.system());

        assertThat(off.decide(Set.of(), chunks(0, 1_000), false)).isEmpty();
    }

    /** Against rules that are checked from outside, with a world that deletes what it may and downloads what is wanted. */
    @RepeatedTest(20)
    void letsGoAsManyAsItsRulesSay() {
        long seed = new Random().nextLong();
        System.out.println("DeleteGuardTest seed " + seed);
        Random random = new Random(seed);
        Set<ChunkId> ready = new LinkedHashSet<>(chunks(0, random.nextInt(300)));
        Set<ChunkId> wanted = new HashSet<>(ready);
        Map<ChunkId, Long> heldSince = new HashMap<>();
        Map<ChunkId, Long> wentFreely = new HashMap<>();
        for (int step = 0; step < 1_000; step++) {
            String moment = "seed " + seed + " step " + step;
            pass(Duration.ofSeconds(random.nextInt(20)));
            change(random, wanted);
            long now = nanoTime.get();
            heldSince.keySet().removeIf(id -> wanted.contains(id) || !ready.contains(id));
            wentFreely.values().removeIf(at -> now - at >= DeleteGuard.WINDOW.toNanos());
            boolean spaceIsShort = random.nextInt(10) == 0
                    && heldSince.values().stream().anyMatch(since -> now - since < GRACE.toNanos());

            Set<ChunkId> held = guard.decide(wanted, ready, spaceIsShort).keySet();

            assertThat(Collections.disjoint(held, wanted)).as(moment).isTrue();
            assertThat(ready).as(moment).containsAll(held);
            Set<ChunkId> goes = new LinkedHashSet<>(ready);
            goes.removeAll(wanted);
            goes.removeAll(held);
            Set<ChunkId> freely = new LinkedHashSet<>(goes);
            freely.removeAll(heldSince.keySet());
            long early = goes.stream()
                    .filter(id -> heldSince.containsKey(id) && now - heldSince.get(id) < GRACE.toNanos())
                    .count();
            assertThat(early).as(moment).isEqualTo(spaceIsShort ? 1 : 0);
            assertThat(held)
                    .as(moment)
                    .allSatisfy(id ->
                            assertThat(now - heldSince.getOrDefault(id, now)).isLessThan(GRACE.toNanos()));

            long gone = wentFreely.keySet().stream()
                    .filter(id -> !ready.contains(id))
                    .count();
            long limit = Math.max(DeleteGuard.AT_LEAST, (ready.size() + gone) * DeleteGuard.PERCENT / 100);
            boolean anyForTheFirstTime = !wentFreely.keySet().containsAll(freely);
            freely.forEach(id -> wentFreely.put(id, now));
            if (anyForTheFirstTime) {
                assertThat(wentFreely.size()).as(moment).isLessThanOrEqualTo((int) limit);
            }
            if (!heldSince.keySet().containsAll(held)) {
                assertThat(wentFreely.size()).as(moment + ": held without need").isGreaterThanOrEqualTo((int) limit);
            }

            heldSince.keySet().retainAll(held);
            held.forEach(id -> heldSince.putIfAbsent(id, now));
            ready.removeAll(goes);
            wanted.stream().filter(_ -> random.nextInt(3) > 0).forEach(ready::add);
        }
    }

    private static void change(Random random, Set<ChunkId> wanted) {
        switch (random.nextInt(6)) {
            case 0 -> wanted.clear();
            case 1 -> wanted.addAll(chunks(0, random.nextInt(300)));
            case 2 -> wanted.removeAll(chunks(random.nextInt(300), 300));
            default -> {
                int chunk = random.nextInt(300);
                if (!wanted.remove(id(chunk))) {
                    wanted.add(id(chunk));
                }
            }
        }
    }

    private Set<ChunkId> held(Set<ChunkId> wanted, Set<ChunkId> ready) {
        return guard.decide(wanted, ready, false).keySet();
    }

    private void pass(Duration duration) {
        nanoTime.addAndGet(duration.toNanos());
    }

    private static Set<ChunkId> chunks(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(DeleteGuardTest::id)
                .collect(LinkedHashSet::new, Set::add, Set::addAll);
    }

    private static ChunkId id(int number) {
        return new ChunkId(0, 0, 0, number);
    }
}
