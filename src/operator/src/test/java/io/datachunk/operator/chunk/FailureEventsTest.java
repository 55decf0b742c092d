package io.datachunk.operator.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.DataChunkStatus;
import io.datachunk.api.ResourceCondition;
import io.datachunk.operator.Samples;
import io.datachunk.operator.SteppedClock;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureEventsTest {
    private static final DataChunkStatus FINE = status(ResourceCondition.FALSE, "Ready", "");
    private final SteppedClock clock = new SteppedClock();
    private final List<Event> written = new ArrayList<>();
    private final FailureEvents events = new FailureEvents(written::add, clock, "test");

    @Test
    void aChunkThatBecomesReadyIsNoEvent() {
        events.changed(Samples.chunk("a"), null, FINE);
        events.changed(Samples.chunk("a"), FINE, FINE);

        assertThat(written).isEmpty();
    }

    @Test
    void namesTheObjectTheReasonAndTheMessage() {
        events.changed(Samples.chunk("a"), FINE, failed("NotFound"));

        assertThat(written).singleElement().satisfies(event -> {
            assertThat(event.getType()).isEqualTo("Warning");
            assertThat(event.getReason()).isEqualTo("NotFound");
            assertThat(event.getMessage()).isEqualTo("because");
            assertThat(event.getInvolvedObject().getName()).isEqualTo("a");
            assertThat(event.getInvolvedObject().getUid()).isEqualTo("uid-a");
            assertThat(event.getMetadata().getNamespace()).isEqualTo(Samples.NAMESPACE);
        });
    }

    @Test
    void afterTheFirstFewOneEventAMinuteSpeaksForAllOfAKind() {
        for (int chunk = 0; chunk < 30; chunk++) {
            events.changed(Samples.chunk("bad-" + chunk), FINE, failed("Forbidden"));
        }
        events.changed(Samples.chunk("other"), FINE, failed("NotFound"));
        assertThat(written).hasSize(FailureEvents.SINGLE_EVENTS + 1);

        events.flush();
        assertThat(written).as("before the minute is over").hasSize(FailureEvents.SINGLE_EVENTS + 1);
        clock.advance(FailureEvents.WINDOW);
        events.flush();
        events.flush();

        assertThat(written).hasSize(FailureEvents.SINGLE_EVENTS + 2);
        assertThat(written.getLast().getMessage())
                .startsWith("25 more DataChunks")
                .endsWith("because");
    }

    @Test
    void aLongNameStillMakesAnEvent() {
        events.changed(Samples.chunk("n".repeat(253)), FINE, failed("NotFound"));

        assertThat(written.getFirst().getMetadata().getGenerateName()).hasSizeLessThanOrEqualTo(253 - 6);
    }

    @Test
    void anEventThatCannotBeWrittenHoldsNobodyUp() {
        FailureEvents refused = new FailureEvents(
                _ -> {
                    throw new KubernetesClientException("forbidden");
                },
                clock,
                "test");

        refused.changed(Samples.chunk("a"), FINE, failed("NotFound"));

        assertThat(written).isEmpty();
    }

    private static DataChunkStatus failed(String reason) {
        return status(ResourceCondition.TRUE, reason, "because");
    }

    private static DataChunkStatus status(String stalled, String reason, String message) {
        return new DataChunkStatus(
                1L,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(new ResourceCondition("Stalled", stalled, 1L, "2026-01-01T00:00:00Z", reason, message)));
    }
}
