package io.datachunk.manager.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import io.datachunk.manager.plan.SimulatedDisk.Place;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The plan against a naive model: whatever was called and went wrong, once it goes wrong no more the disk is what the
 * calls, applied one by one, say.
 *
 * <p>{@code -Ddatachunk.simulation.seed=N} replays a run, {@code -Ddatachunk.simulation.steps=N} makes it longer.
 */
class PlanSimulationTest {
    private static final int STEPS_BETWEEN_CHECKS = 400;
    private static final int STEPS_TO_SETTLE = 20_000;

    private final long seed = Long.getLong("datachunk.simulation.seed", System.nanoTime());
    private final long steps = Long.getLong("datachunk.simulation.steps", 100_000);
    private final Random random = new Random(seed);
    private final SimulatedSource source = new SimulatedSource(random);
    private final SimulatedNode node = new SimulatedNode(random, source, new SimulatedDisk(1_000));

    /** The model: the last word on every id since the start. Empty: wanted because it was found, or not at all. */
    private final Map<ChunkId, Optional<ChunkSpec>> lastWord = new HashMap<>();

    @Test
    void endsInTheStateThatTheCallsDescribe() {
        System.out.println("PlanSimulationTest seed " + seed + ", steps " + steps);
        while (node.events < steps) {
            disturb();
            settle();
            check();
        }
    }

    private void disturb() {
        node.diskFails = true;
        source.flakiness = random.nextDouble() * 0.6;
        node.disk.capacity = random.nextBoolean() ? 1_000 : 100 + random.nextLong(300);
        long end = node.events + STEPS_BETWEEN_CHECKS;
        while (node.events < end) {
            switch (random.nextInt(40)) {
                case 0, 1, 2, 3, 4 -> declare();
                case 5, 6, 7 -> withdraw();
                case 8 -> declareAll();
                case 9, 10, 11, 12 -> node.drainSomething();
                case 13, 14 -> node.holdOrRelease();
                case 15 -> node.handleSomethingLate();
                case 16 -> toggleSource();
                case 17 -> node.passTime(random.nextLong(40_000));
                case 18, 19, 20 -> node.passTime(random.nextLong(1_000));
                case 21, 22 -> node.freeSpaceIsKnown();
                case 23 -> rarely(5, node::damageSomething);
                case 24 -> rarely(8, this::restart);
                case 25 -> node.passTimeToNextTick();
                default -> node.advance();
            }
        }
    }

    private void rarely(int times, Runnable what) {
        if (random.nextInt(times) == 0) {
            what.run();
        }
    }

    private void declare() {
        ChunkSpec spec = source.anySpec();
        lastWord.put(spec.id(), Optional.of(spec));
        node.handle(new Event.Desired(spec));
    }

    private void withdraw() {
        ChunkId id = source.anyId();
        lastWord.put(id, Optional.empty());
        node.handle(new Event.Undesired(id));
    }

    private void declareAll() {
        List<ChunkSpec> specs = new ArrayList<>();
        lastWord.values()
                .forEach(word -> word.filter(_ -> random.nextInt(4) > 0).ifPresent(specs::add));
        for (int i = random.nextInt(4); i > 0; i--) {
            specs.add(source.anySpec());
        }
        allIds().forEach(id -> lastWord.put(id, Optional.empty()));
        specs.forEach(spec -> lastWord.put(spec.id(), Optional.of(spec)));
        node.handle(new Event.DesiredSet(specs));
    }

    private void toggleSource() {
        ChunkId id = source.anyId();
        if (!source.missing.remove(id)) {
            source.missing.add(id);
        }
    }

    private void restart() {
        lastWord.clear();
        node.restart();
    }

    private Set<ChunkId> allIds() {
        Set<ChunkId> ids = new HashSet<>(lastWord.keySet());
        node.disk.directories.keySet().forEach(directory -> ids.add(directory.id()));
        return ids;
    }

    /** Nothing new is asked for, nobody holds anything, sources work or at least get further, and what is desired fits. */
    private void settle() {
        node.diskFails = false;
        node.holders.clear();
        source.missing.clear();
        source.flakiness = random.nextBoolean() ? 0 : 0.7;
        node.disk.capacity = leastCapacity() + (random.nextBoolean() ? 0 : 200);
        for (int step = 0; step < STEPS_TO_SETTLE; step++) {
            if (random.nextInt(10) == 0 || !node.busy()) {
                node.freeSpaceIsKnown();
            }
            if (node.busy()) {
                node.drainSomething();
                node.advance();
            } else if (node.plan.spaceIsShort()) {
                node.passTime(1_000);
            } else if (!node.passTimeToNextTick()) {
                return;
            }
        }
        throw new AssertionError("seed " + seed + " does not settle: free " + node.disk.freeBytes() + ", rows "
                + allIds().stream().map(node.plan::row).toList() + ", disk "
                + node.disk.directories.keySet());
    }

    /** Room for all that is desired, for what serves in place of something broken, and to look ahead once. */
    private long leastCapacity() {
        long bytes = SimulatedNode.GROWTH_BYTES;
        for (ChunkId id : allIds()) {
            Optional<ChunkSpec> spec = word(id);
            bytes += spec.map(SimulatedSource::sizeOf).orElse(0L);
            if (spec.isEmpty() || !SimulatedSource.isGood(spec.get())) {
                bytes += node.live.stream()
                        .filter(directory -> directory.id().equals(id))
                        .mapToLong(directory -> node.disk.get(directory).bytes())
                        .sum();
            }
        }
        return bytes;
    }

    private Optional<ChunkSpec> word(ChunkId id) {
        return lastWord.getOrDefault(id, Optional.empty());
    }

    private void check() {
        for (ChunkId id : allIds()) {
            Optional<ChunkSpec> spec = word(id);
            Optional<Row> row = node.plan.row(id);
            List<ChunkDirectory> complete = of(id, Place.COMPLETE);
            String context = "seed " + seed + ": " + id + " is " + row + " with " + complete + ", declared " + spec;
            if (spec.isPresent() && SimulatedSource.isGood(spec.get())) {
                assertThat(row.map(Row::reason)).as(context).contains(Reason.READY);
                assertThat(complete).as(context).hasSize(1).allMatch(node.live::contains);
                assertThat(node.disk.satisfies(complete.getFirst(), spec.get()))
                        .as(context)
                        .isTrue();
                assertThat(of(id, Place.STAGING)).as(context).isEmpty();
            } else if (spec.isPresent()) {
                checkBroken(spec.get(), row.orElseThrow(), complete, context);
            } else if (lastWord.containsKey(id)) {
                assertThat(row).as(context).isEmpty();
                assertThat(of(id, Place.STAGING)).as(context).isEmpty();
                assertThat(complete).as(context).isEmpty();
            } else {
                assertThat(complete).as(context).hasSizeLessThanOrEqualTo(1).allMatch(node.live::contains);
            }
            assertThat(of(id, Place.TRASH)).as(context).isEmpty();
        }
    }

    private void checkBroken(ChunkSpec spec, Row row, List<ChunkDirectory> complete, String context) {
        boolean there = complete.stream().anyMatch(directory -> node.disk.satisfies(directory, spec));
        if (there) {
            // Declared with the digest of other bytes, which were declared before and are there.
            assertThat(row.reason()).as(context).isEqualTo(Reason.READY);
            return;
        }
        assertThat(row.state()).as(context).isEqualTo(State.FAILED);
        assertThat(row.reason())
                .as(context)
                .isEqualTo(SimulatedSource.wrongSize(spec) ? Reason.SIZE_MISMATCH : Reason.CHECKSUM_MISMATCH);
        assertThat(complete).as(context).hasSizeLessThanOrEqualTo(1).allMatch(node.live::contains);
        if (!complete.isEmpty()) {
            assertThat(row.message()).as(context).contains("still served");
        }
    }

    private List<ChunkDirectory> of(ChunkId id, Place place) {
        return node.disk.in(place).stream()
                .filter(directory -> directory.id().equals(id))
                .toList();
    }
}
