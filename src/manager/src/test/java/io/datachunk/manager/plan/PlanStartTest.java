package io.datachunk.manager.plan;

import static io.datachunk.manager.plan.PlanScript.ONE_DIGEST;
import static io.datachunk.manager.plan.PlanScript.chunk;
import static io.datachunk.manager.plan.PlanScript.digestedFile;
import static io.datachunk.manager.plan.PlanScript.directory;
import static io.datachunk.manager.plan.PlanScript.file;
import static io.datachunk.manager.plan.PlanScript.stored;
import static io.datachunk.manager.plan.PlanScript.withFiles;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanStartTest {
    private final PlanScript script = new PlanScript(2);
    private final ChunkSpec chunk = chunk(1);
    private final ChunkDirectory first = directory(chunk, 1);
    private final ChunkDirectory second = directory(chunk, 2);

    @Test
    void wantsWhatIsCompleteUntilSomebodySaysOtherwise() {
        assertThat(script.begin(List.of(first), List.of(), List.of(), List.of()))
                .isEmpty();
        assertThat(script.row(chunk)).isEqualTo(new Row(chunk.id(), State.READY, Reason.READY, "", first));
        assertThat(script.plan.takeChanged()).containsExactly(chunk.id());

        assertThat(script.on(new Event.DesiredSet(List.of()))).containsExactly(new Step.Retire(first));
    }

    @Test
    void readsTheRecordOfWhatIsDeclaredAndServesMeanwhile() {
        script.begin(List.of(first), List.of(), List.of(), List.of());

        assertThat(script.desire(chunk)).containsExactly(new Step.Inspect(first));
        assertThat(script.row(chunk).state()).isEqualTo(State.READY);
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.VERIFYING);

        assertThat(script.on(new Event.Inspected(first, Optional.of(List.of(stored("a", 10))))))
                .isEmpty();
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.READY);
    }

    @Test
    void readsTheFilesToo_whenADigestIsDeclaredThatTheRecordDoesNotHave() {
        script.begin(List.of(first), List.of(), List.of(), List.of());
        ChunkSpec digested = withFiles(chunk, digestedFile("a", ONE_DIGEST));
        script.desire(digested);

        script.on(new Event.Inspected(first, Optional.of(List.of(stored("a", 10)))));

        assertThat(script.steps).containsExactly(new Step.Verify(first, digested));
    }

    @Test
    void fetchesAnotherContentWhenTheRecordNamesOtherFiles() {
        script.begin(List.of(first), List.of(), List.of(), List.of());
        script.desire(chunk);

        script.on(new Event.Inspected(first, Optional.of(List.of(stored("b", 10)))));
        Step.Fetch fetch = script.fetch();
        assertThat(fetch.directory()).isEqualTo(second);

        script.fetched(fetch, stored("a", 10));
        script.stored(fetch);
        assertThat(script.steps).containsExactly(new Step.Publish(second), new Step.Retire(first));
    }

    @Test
    void fetchesAnotherContentWhenTheRecordCannotBeRead() {
        script.begin(List.of(first), List.of(), List.of(), List.of());
        script.desire(chunk);

        script.on(new Event.Inspected(first, Optional.empty()));

        assertThat(script.fetch().directory()).isEqualTo(second);
    }

    @Test
    void retiresAllButTheNewestContentOfAnId() {
        script.begin(List.of(second, first), List.of(), List.of(), List.of());

        assertThat(script.steps).containsExactly(new Step.Retire(first));
        assertThat(script.row(chunk).directory()).isEqualTo(second);
    }

    @Test
    void goesOnRetiringAndDeleting() {
        script.begin(List.of(), List.of(first), List.of(second), List.of());
        assertThat(script.steps).containsExactly(new Step.Delete(second, false));
        assertThat(script.row(chunk).state()).isEqualTo(State.RETIRING);

        script.nextTick();
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.WAITING_FOR_REFERENCES);
        assertThat(script.on(new Event.Drained(first))).containsExactly(new Step.Delete(first, false));
    }

    @Test
    void bringsARetiringChunkBackOnceItsRecordIsKnown() {
        script.begin(List.of(), List.of(first), List.of(), List.of());

        assertThat(script.desire(chunk)).containsExactly(new Step.Inspect(first));
        script.on(new Event.Inspected(first, Optional.of(List.of(stored("a", 10)))));

        assertThat(script.steps).containsExactly(new Step.Publish(first));
    }

    @Test
    void downloadsARetiringChunkThatIsDrainedBeforeItsRecordIsKnown() {
        script.begin(List.of(), List.of(first), List.of(), List.of());
        script.desire(chunk);

        script.on(new Event.Drained(first));
        assertThat(script.steps).startsWith(new Step.Delete(first, false));
        assertThat(script.fetch().directory()).isEqualTo(second);

        assertThat(script.on(new Event.Inspected(first, Optional.of(List.of(stored("a", 10))))))
                .isEmpty();
    }

    @Test
    void resumesAPartialThatIsDeclared() {
        script.begin(List.of(), List.of(), List.of(), List.of(second));
        assertThat(script.row(chunk).state()).isEqualTo(State.QUEUED);

        script.desire(chunk);

        assertThat(script.fetch().directory()).isEqualTo(second);
    }

    @Test
    void keepsAPartialUntilItIsDeletedOrASetIsWithoutIt() {
        ChunkDirectory other = directory(chunk(2), 1);
        script.begin(List.of(), List.of(), List.of(), List.of(first, other));
        assertThat(script.steps).isEmpty();

        assertThat(script.undesire(chunk)).containsExactly(new Step.Discard(first));
        assertThat(script.on(new Event.DesiredSet(List.of()))).containsExactly(new Step.Discard(other));
    }

    @Test
    void keepsAPartialWhileItIsNotKnownWhichContentIsDeclared() {
        script.begin(List.of(first), List.of(), List.of(), List.of(second));
        assertThat(script.desire(chunk)).containsExactly(new Step.Inspect(first));

        script.on(new Event.Inspected(first, Optional.of(List.of(stored("b", 10)))));

        assertThat(script.steps).containsExactly(script.fetch());
        assertThat(script.fetch().directory()).isEqualTo(second);
    }

    @Test
    void discardsAPartialThatTurnsOutNotToBeDeclared() {
        script.begin(List.of(first), List.of(), List.of(), List.of(second));
        script.desire(chunk);

        script.on(new Event.Inspected(first, Optional.of(List.of(stored("a", 10)))));

        assertThat(script.steps).containsExactly(new Step.Discard(second));
    }

    @Test
    void asksToDeclareADamagedChunkOfWhichNothingElseIsKnown() {
        script.begin(List.of(first), List.of(), List.of(), List.of());

        assertThat(script.on(new Event.Damaged(first, "file a is missing"))).containsExactly(new Step.Retire(first));
        script.on(new Event.Drained(first));
        script.on(new Event.Deleted(first));

        assertThat(script.row(chunk).state()).isEqualTo(State.QUEUED);
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.DAMAGED);
        assertThat(script.row(chunk).message()).contains("file a is missing").contains("declare the chunk again");

        script.desire(chunk);
        assertThat(script.fetch().chunk()).isEqualTo(chunk);
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.DAMAGED);
    }

    @Test
    void forgetsALostChunkThatNobodyWants() {
        script.begin(List.of(first), List.of(), List.of(), List.of());
        script.on(new Event.Damaged(first, "file a is missing"));
        script.on(new Event.Drained(first));
        script.on(new Event.Deleted(first));

        script.undesire(chunk);

        assertThat(script.plan.row(chunk.id())).isEmpty();
    }

    @Test
    void doesNotWaitForAnAnswerThatARetirementMadeNeedless() {
        script.begin(List.of(first), List.of(), List.of(), List.of());
        script.desire(withFiles(chunk, file("a")));
        script.undesire(chunk);

        assertThat(script.desire(chunk)).containsExactly(new Step.Inspect(first));
    }
}
