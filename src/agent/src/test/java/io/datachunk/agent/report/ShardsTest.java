package io.datachunk.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkEntry;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShardsTest {

    private static List<ChunkEntry> entries(int count) {
        return Entries.of(Reported.ready(0, count));
    }

    private static Map<String, Integer> sliceByName(Shards shards) {
        Map<String, Integer> slices = new HashMap<>();
        shards.slices().forEach((slice, dealt) -> dealt.forEach(entry -> slices.put(entry.name(), slice)));
        return slices;
    }

    @Test
    void hasNoSliceWithoutEntries() {
        assertThat(Shards.of(List.of(), 1).slices()).isEmpty();
    }

    @Test
    void dealsEveryEntryOnceAndFillsNoSliceBeyondItsBound() {
        Shards shards = Shards.of(entries(5_000), 1);

        assertThat(shards.slices().values().stream().mapToInt(Collection::size).sum())
                .isEqualTo(5_000);
        assertThat(shards.slices().values())
                .allSatisfy(dealt -> assertThat(dealt).hasSizeLessThanOrEqualTo(500));
        assertThat(shards.count()).isEqualTo(16);
    }

    @Test
    void anEntryKeepsItsSliceWhileOthersComeAndGo() {
        Map<String, Integer> before = sliceByName(Shards.of(entries(3_000), 8));

        Map<String, Integer> after = sliceByName(Shards.of(entries(3_001).subList(1, 3_001), 8));

        after.keySet().retainAll(before.keySet());
        assertThat(after).hasSize(2_999).satisfies(kept -> assertThat(before).containsAllEntriesOf(kept));
    }

    @Test
    void doublingMovesEntriesToTheNewSlicesAlone() {
        Map<String, Integer> before = sliceByName(Shards.of(entries(400), 1));

        Shards doubled = Shards.of(entries(700), 1);

        assertThat(doubled.count()).isEqualTo(2);
        assertThat(sliceByName(doubled)).hasSize(700);
        assertThat(before.values()).containsOnly(0);
    }

    @Test
    void doesNotHalveBeforeHalfIsPlenty() {
        assertThat(Shards.of(entries(400), 2).count()).isEqualTo(2);
        assertThat(Shards.of(entries(250), 2).count()).isEqualTo(1);
    }
}
