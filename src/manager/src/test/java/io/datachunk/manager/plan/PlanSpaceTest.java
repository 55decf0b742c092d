package io.datachunk.manager.plan;

import static io.datachunk.manager.plan.PlanScript.chunk;
import static io.datachunk.manager.plan.PlanScript.directory;
import static io.datachunk.manager.plan.PlanScript.sizedFile;
import static io.datachunk.manager.plan.PlanScript.stored;
import static io.datachunk.manager.plan.PlanScript.withFiles;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanSpaceTest {
    private final PlanScript script = new PlanScript(2);
    private final ChunkSpec chunk = chunk(1);
    private final ChunkSpec other = chunk(2);

    private List<Step> free(long bytes) {
        return script.on(new Event.SpaceFreed(bytes));
    }

    /** Declares a chunk that finds no room. */
    private Step.Fetch short_(ChunkSpec spec, long bytesDone, long neededBytes) {
        script.desire(spec);
        Step.Fetch fetch = script.fetch();
        script.foundNoRoom(fetch, bytesDone, neededBytes);
        return fetch;
    }

    /** Declares a chunk whose source fails twice without getting further: it keeps its bytes and is stuck. */
    private ChunkDirectory stuck(ChunkSpec spec, long bytesDone) {
        script.desire(spec);
        Step.Fetch fetch = script.fetch();
        script.failed(fetch, Reason.STALLED, bytesDone);
        script.nextTick();
        Step.Fetch again = script.fetch();
        script.on(new Event.Failed(
                again.directory(), again.attempt(), Reason.STALLED, "why", false, 60_000, bytesDone, bytesDone));
        return fetch.directory();
    }

    @Test
    void waitsForRoomAndSaysHowMuch() {
        free(40);
        short_(chunk, 10, 100);

        assertThat(script.plan.spaceIsShort()).isTrue();
        assertThat(script.row(chunk).state()).isEqualTo(State.QUEUED);
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.INSUFFICIENT_SPACE);
        assertThat(script.row(chunk).message()).contains("100").contains("40");
        assertThat(free(89)).isEmpty();

        free(90);
        assertThat(script.fetch().directory()).isEqualTo(directory(chunk, 1));
        assertThat(script.plan.spaceIsShort()).isFalse();
    }

    @Test
    void deletesInAHurryWhileSpaceIsShort() {
        ChunkDirectory ready = script.ready(other);
        script.undesire(other);
        free(0);
        short_(chunk, 0, 100);

        assertThat(script.on(new Event.Drained(ready))).containsExactly(new Step.Delete(ready, true));
    }

    @Test
    void letsTheOnesThatFitPassAWaiterThatNeverFits() {
        free(50);
        short_(chunk, 0, 1_000);
        short_(other, 0, 60);

        free(70);

        assertThat(script.fetch().chunk()).isEqualTo(other);
    }

    @Test
    void doesNotLetInMoreThanThereIsRoomFor() {
        free(0);
        short_(chunk, 0, 60);
        short_(other, 0, 60);

        free(100);

        assertThat(script.fetch().chunk()).isEqualTo(chunk);
    }

    @Test
    void triesOnceInAWhileWhateverTheVolumeSays() {
        free(0);
        short_(chunk, 0, 100);

        assertThat(script.passes(29_999)).isEmpty();
        assertThat(script.passes(1)).containsExactly(script.fetch());
    }

    @Test
    void backsOffWhenTheVolumeSaysOneThingAndDoesAnother() {
        free(1_000);
        short_(chunk, 0, 100);
        for (int refusal = 0; refusal < 12; refusal++) {
            script.passes(30_000);
            script.foundNoRoom(script.fetch(), 0, 100);
        }

        assertThat(free(1_000_000)).isEmpty();
        script.passes(30_000);
        script.fetch();
    }

    @Test
    void needsMoreThanItSaysWhenItIsRefusedAgainAndAgain() {
        ChunkDirectory partial = stuck(other, 50);
        free(20);
        short_(chunk, 0, 10);
        script.nextTick();
        script.foundNoRoom(script.fetch(), 0, 10);

        assertThat(script.passes(20_000)).containsExactly(new Step.Discard(partial));
    }

    @Test
    void dropsPartialsThatNobodyWantsFirst() {
        script.begin(List.of(), List.of(), List.of(), List.of(directory(chunk(8), 1), directory(chunk(9), 1)));
        stuck(other, 500);
        free(0);
        short_(chunk, 0, 100);

        assertThat(free(0)).containsExactly(new Step.Discard(directory(chunk(8), 1)));
        assertThat(free(0)).as("one at a time").isEmpty();
        script.on(new Event.Deleted(directory(chunk(8), 1)));
        assertThat(free(20)).containsExactly(new Step.Discard(directory(chunk(9), 1)));
        script.on(new Event.Deleted(directory(chunk(9), 1)));
        free(100);

        assertThat(script.fetch().chunk()).isEqualTo(chunk);
    }

    @Test
    void dropsTheOldestStuckPartialForAnotherDownload() {
        ChunkDirectory oldest = stuck(chunk(3), 50);
        stuck(chunk(4), 50);
        free(0);
        short_(chunk, 0, 100);

        assertThat(free(0)).containsExactly(new Step.Discard(oldest));
        assertThat(script.row(chunk(3)).reason()).isEqualTo(Reason.STALLED);
        assertThat(script.row(chunk(3)).directory()).isEqualTo(directory(chunk(3), 2));
    }

    @Test
    void dropsNothingThatWouldNotMakeRoomInAll() {
        stuck(other, 50);
        free(10);
        short_(chunk, 0, 100);

        assertThat(free(10)).isEmpty();
        assertThat(free(49)).isEmpty();
        assertThat(free(50)).containsExactly(new Step.Discard(directory(other, 1)));
    }

    @Test
    void doesNotDropWhatGetsFurther() {
        script.desire(other);
        script.failed(script.fetch(), Reason.STALLED, 50);
        Step.Fetch again = script.nextTick().stream()
                .map(Step.Fetch.class::cast)
                .findFirst()
                .orElseThrow();
        script.failed(again, Reason.STALLED, 60);
        free(0);
        short_(chunk, 0, 50);

        assertThat(free(0)).isEmpty();
    }

    @Test
    void theEarlierDeclarationDropsTheLaterOneAndNotTheOtherWayRound() {
        free(0);
        short_(chunk, 40, 100);
        short_(other, 60, 100);

        assertThat(free(0)).containsExactly(new Step.Discard(directory(other, 1)));
        script.on(new Event.Deleted(directory(other, 1)));

        free(60);
        assertThat(script.fetch().chunk()).isEqualTo(chunk);
        assertThat(free(0)).as("what runs is not dropped").isEmpty();
    }

    @Test
    void holdsRoomThatIsBeingMadeForOneBackFromThoseAfterIt() {
        stuck(chunk(3), 100);
        free(0);
        short_(chunk, 0, 100);
        short_(other, 0, 20);

        assertThat(free(30)).containsExactly(new Step.Discard(directory(chunk(3), 1)));
        assertThat(free(30)).isEmpty();
        script.on(new Event.Deleted(directory(chunk(3), 1)));
        free(130);

        assertThat(script.steps).hasSize(2);
    }

    @Test
    void retiresWhatServesInPlaceOfAWaiterOnlyInTheEnd() {
        ChunkDirectory old = script.ready(chunk);
        free(0);
        script.desire(withFiles(chunk, sizedFile("b", 10)));
        script.foundNoRoom(script.fetch(), 0, 10);

        assertThat(free(0)).isEmpty();
        script.passes(29_999);
        assertThat(free(0)).isEmpty();
        script.nowMs += 1;
        assertThat(free(0)).containsExactly(new Step.Retire(old));
    }

    @Test
    void keepsWhatServesWhenEvenThatWouldNotMakeRoom() {
        script.ready(chunk);
        free(0);
        script.desire(withFiles(chunk, sizedFile("b", 11)));
        script.foundNoRoom(script.fetch(), 0, 11);
        script.nowMs += 29_999;
        free(0);
        script.nowMs += 3_000_000;

        assertThat(free(0)).isEmpty();
    }

    @Test
    void waitsForRoomForTheRecordToo() {
        script.desire(chunk);
        Step.Fetch fetch = script.fetch();
        script.fetched(fetch, stored("a", 10));

        script.on(new Event.StoreFailed(fetch.directory(), Reason.INSUFFICIENT_SPACE, "full"));
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.INSUFFICIENT_SPACE);

        free(100);
        assertThat(script.fetch().directory()).isEqualTo(fetch.directory());
    }
}
