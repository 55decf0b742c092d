package io.datachunk.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final Map<String, String> LABELS = Map.of("disk", "fast", "zone", "a");

    @Test
    void withoutAWhereEveryNodeIsWanted() {
        assertThat(Placement.wants(spec(null, Map.of()), "node-a", Map.of())).isTrue();
    }

    @Test
    void aNodeNameWantsThatNodeOnly() {
        assertThat(Placement.wants(spec("node-a", Map.of()), "node-a", LABELS)).isTrue();
        assertThat(Placement.wants(spec("node-a", Map.of()), "node-b", LABELS)).isFalse();
    }

    @Test
    void aSelectorWantsNodesThatHaveAllItsLabels() {
        assertThat(Placement.wants(spec(null, Map.of("disk", "fast")), "node-a", LABELS))
                .isTrue();
        assertThat(Placement.wants(spec(null, LABELS), "node-a", LABELS)).isTrue();
        assertThat(Placement.wants(spec(null, Map.of("disk", "slow")), "node-a", LABELS))
                .isFalse();
        assertThat(Placement.wants(spec(null, Map.of("disk", "fast", "gpu", "")), "node-a", LABELS))
                .isFalse();
    }

    @Test
    void aNameAndASelectorBothHaveToFit() {
        assertThat(Placement.wants(spec("node-a", Map.of("disk", "fast")), "node-a", LABELS))
                .isTrue();
        assertThat(Placement.wants(spec("node-a", Map.of("disk", "slow")), "node-a", LABELS))
                .isFalse();
    }

    private static DataChunkSpec spec(@Nullable String nodeName, Map<String, String> selector) {
        return new DataChunkSpec(
                "00",
                "11",
                new DataChunkRange(0, 1),
                List.of(new DataChunkFile("a", "http://h/a", null, null)),
                nodeName,
                selector);
    }
}
