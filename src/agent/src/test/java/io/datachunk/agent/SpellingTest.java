package io.datachunk.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkReason;
import io.datachunk.manager.Reason;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The engine and the custom resources do not know each other: what both spell is held together here. */
class SpellingTest {

    @Test
    void everyReasonOfTheEngineIsOneOfTheApi() {
        assertThat(Reason.values())
                .extracting(Reason::camelCase)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ChunkReason.values())
                        .filter(reason -> reason != ChunkReason.NO_MATCHING_NODE && reason != ChunkReason.NODE_UNKNOWN)
                        .map(ChunkReason::text)
                        .toList());
    }
}
