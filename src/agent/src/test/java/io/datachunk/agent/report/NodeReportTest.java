package io.datachunk.agent.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datachunk.agent.ChunkRow;
import io.datachunk.agent.source.NodeIdentity;
import io.datachunk.api.DataChunkApi;
import io.datachunk.api.NodeChunks;
import io.datachunk.api.NodeChunksStatus;
import io.datachunk.api.ResourceCondition;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeReportTest {
    private final FakeTarget target = new FakeTarget();
    private NodeReport report = anotherProcess();

    private NodeReport anotherProcess() {
        return new NodeReport(target, "node-a", "1.0", Reported.NOW);
    }

    private boolean write(NodeFacts facts, Instant now, boolean beat) {
        return report.write(facts, Summary.of(facts.rows()), 1 << 20, Reported.NODE, now, beat);
    }

    private NodeChunks there() {
        return Objects.requireNonNull(target.report);
    }

    private NodeChunksStatus status() {
        return there().getStatus();
    }

    private ResourceCondition condition(String type) {
        return ResourceCondition.find(status().conditions(), type).orElseThrow();
    }

    @Test
    void makesTheObjectAsItsNodesOwn() {
        write(Reported.facts(Reported.ready(0, 2)), Reported.NOW, true);

        assertThat(there().getMetadata().getOwnerReferences())
                .singleElement()
                .satisfies(owner -> assertThat(owner.getKind() + " " + owner.getName() + " " + owner.getUid())
                        .isEqualTo("Node node-a node-uid"));
        assertThat(there().getSpec().nodeName()).isEqualTo("node-a");
        assertThat(status().summary()).isNotNull().satisfies(summary -> {
            assertThat(summary.ready()).isEqualTo("2/2");
            assertThat(summary.rate()).isEqualTo("1Mi/s");
        });
        assertThat(status().volume()).isNotNull().satisfies(volume -> {
            assertThat(volume.uuid()).isEqualTo("volume-1");
            assertThat(volume.free()).isEqualTo("512Gi");
        });
        assertThat(status().agent()).isNotNull().satisfies(agent -> {
            assertThat(agent.heartbeat()).isEqualTo("2026-01-02T03:04:05Z");
            assertThat(agent.version()).isEqualTo("1.0");
        });
    }

    @Test
    void writesWithoutAHeartbeatOnlyWhatIsUrgent() {
        write(Reported.facts(Reported.ready(0, 2)), Reported.NOW, true);

        assertThat(write(Reported.facts(Reported.ready(0, 2)), Reported.NOW.plusSeconds(5), false))
                .isFalse();
        assertThat(write(Reported.facts(Reported.ready(0, 3)), Reported.NOW.plusSeconds(5), false))
                .isTrue();
        assertThat(write(Reported.facts(Reported.ready(0, 3)), Reported.NOW.plusSeconds(30), true))
                .isTrue();
    }

    @Test
    void aConditionKeepsItsTimeWhileItsStatusStaysAlsoAcrossProcesses() {
        write(Reported.facts(List.of()), Reported.NOW, true);
        String since = condition(DataChunkApi.CONDITION_READY).lastTransitionTime();

        report = anotherProcess();
        Instant later = Reported.NOW.plus(Duration.ofHours(1));
        write(Reported.facts(Reported.ready(0, 1)), later, true);
        assertThat(condition(DataChunkApi.CONDITION_READY).lastTransitionTime()).isEqualTo(since);

        write(Reported.missingVolume("/data is empty"), later, false);
        assertThat(condition(DataChunkApi.CONDITION_READY).lastTransitionTime()).isEqualTo("2026-01-02T04:04:05Z");
    }

    @Test
    void saysThatTheVolumeIsMissingAndStillWhichOneItIs() {
        write(Reported.facts(Reported.ready(0, 1)), Reported.NOW, true);

        write(Reported.missingVolume("/data is empty"), Reported.NOW, false);

        ResourceCondition ready = condition(DataChunkApi.CONDITION_READY);
        assertThat(ready.status() + " " + ready.reason()).isEqualTo("False VolumeMissing");
        assertThat(ready.message()).contains("/data is empty");
        assertThat(status().volume())
                .isNotNull()
                .satisfies(volume -> assertThat(volume.uuid()).isEqualTo("volume-1"));
    }

    @Test
    void saysThatSpaceIsShortAndThatDeletesAreHeld() {
        List<ChunkRow> rows = List.of(
                Reported.row(1, State.QUEUED, Reason.INSUFFICIENT_SPACE, 0, 10),
                Reported.row(2, State.READY, Reason.DELETES_HELD, 10, 10));

        write(Reported.facts(rows), Reported.NOW, true);

        assertThat(condition(DataChunkApi.CONDITION_VOLUME_PRESSURE).status()).isEqualTo("True");
        assertThat(condition(DataChunkApi.CONDITION_DELETES_HELD).status()).isEqualTo("True");
    }

    @Test
    void belongsToTheNodeThatWasMadeAnew() {
        write(Reported.facts(List.of()), Reported.NOW, true);
        NodeFacts facts = Reported.facts(List.of());

        report.write(
                facts, Summary.of(facts.rows()), 0, new NodeIdentity("another-uid", Map.of()), Reported.NOW, false);

        assertThat(there().getMetadata().getOwnerReferences())
                .extracting(owner -> owner.getUid())
                .containsExactly("another-uid");
        assertThat(status().volume()).isNotNull();
    }

    @Test
    void takesAwayAnAcceptanceThatWasFollowedAndNoOther() {
        write(Reported.facts(List.of()), Reported.NOW, true);
        there().getMetadata().setAnnotations(Map.of(DataChunkApi.ACCEPT_VOLUME_ANNOTATION, "true", "mine", "1"));

        report.forget();
        write(Reported.facts(List.of()), Reported.NOW, true);
        assertThat(there().getMetadata().getAnnotations())
                .containsOnlyKeys(DataChunkApi.ACCEPT_VOLUME_ANNOTATION, "mine");

        report = anotherProcess();
        NodeFacts facts = Reported.facts(List.of());
        NodeFacts accepted =
                new NodeFacts(List.of(), facts.volume(), Optional.of("volume-2"), Optional.empty(), true, 0, List.of());
        write(accepted, Reported.NOW, true);
        assertThat(there().getMetadata().getAnnotations()).containsOnlyKeys("mine");
    }

    @Test
    void isMadeAgainAfterSomebodyDeletedIt() {
        write(Reported.facts(List.of()), Reported.NOW, true);
        target.report = null;

        assertThatThrownBy(() -> write(Reported.facts(List.of()), Reported.NOW, true))
                .isInstanceOf(KubernetesClientException.class);
        report.forget();
        write(Reported.facts(List.of()), Reported.NOW, true);

        assertThat(status().agent()).isNotNull();
    }
}
