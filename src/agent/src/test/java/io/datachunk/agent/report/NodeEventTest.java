package io.datachunk.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ResourceCondition;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeEventTest {
    private static final List<ResourceCondition> WELL = conditions(Reported.facts(Reported.ready(0, 1)));

    private static List<ResourceCondition> conditions(NodeFacts facts) {
        return NodeConditions.of(facts, Summary.of(facts.rows()), List.of(), 1, Reported.NOW);
    }

    private static List<String> told(List<ResourceCondition> before, List<ResourceCondition> now) {
        return NodeEvent.between(before, now).stream()
                .map(event -> (event.warning() ? "Warning " : "Normal ") + event.reason())
                .toList();
    }

    @Test
    void tellsNothingWhenNothingIsWrongOrNothingChanged() {
        List<ResourceCondition> missing = conditions(Reported.missingVolume("gone"));

        assertThat(told(List.of(), WELL)).isEmpty();
        assertThat(told(missing, missing)).isEmpty();
    }

    @Test
    void tellsThatTheVolumeWentAndCameBack() {
        List<ResourceCondition> missing = conditions(Reported.missingVolume("gone"));

        assertThat(told(WELL, missing)).containsExactly("Warning VolumeMissing");
        assertThat(told(missing, WELL)).containsExactly("Normal VolumeFound");
    }

    @Test
    void tellsThatDeletesAreHeldAndThatSpaceIsShort() {
        List<ResourceCondition> trouble = conditions(Reported.facts(List.of(
                Reported.row(1, State.QUEUED, Reason.INSUFFICIENT_SPACE, 0, 10),
                Reported.row(2, State.READY, Reason.DELETES_HELD, 10, 10))));

        assertThat(told(WELL, trouble)).containsExactly("Warning VolumePressure", "Warning DeletesHeld");
        assertThat(told(trouble, WELL)).containsExactly("Normal EnoughSpace", "Normal DeletesNoLongerHeld");
    }
}
