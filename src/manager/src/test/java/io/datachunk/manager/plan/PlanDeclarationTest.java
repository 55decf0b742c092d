package io.datachunk.manager.plan;

import static io.datachunk.manager.plan.PlanScript.ONE_DIGEST;
import static io.datachunk.manager.plan.PlanScript.OTHER_DIGEST;
import static io.datachunk.manager.plan.PlanScript.chunk;
import static io.datachunk.manager.plan.PlanScript.digestedFile;
import static io.datachunk.manager.plan.PlanScript.directory;
import static io.datachunk.manager.plan.PlanScript.file;
import static io.datachunk.manager.plan.PlanScript.movedFile;
import static io.datachunk.manager.plan.PlanScript.sizedFile;
import static io.datachunk.manager.plan.PlanScript.stored;
import static io.datachunk.manager.plan.PlanScript.withFiles;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanDeclarationTest {
    private final PlanScript script = new PlanScript(2);
    private final ChunkSpec chunk = chunk(1);

    @Test
    void fetchesStoresAndPublishesWhatIsDeclared() {
        script.desire(chunk);
        Step.Fetch fetch = script.fetch();
        assertThat(fetch.directory()).isEqualTo(directory(chunk, 1));
        assertThat(script.row(chunk).state()).isEqualTo(State.DOWNLOADING);

        script.fetched(fetch, stored("a", 10));
        assertThat(script.steps).containsExactly(new Step.Store(fetch.directory(), List.of(stored("a", 10))));

        script.stored(fetch);
        assertThat(script.steps).containsExactly(new Step.Publish(fetch.directory()));
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.READY);
    }

    @Test
    void doesNothingForTheSameDeclarationAgain() {
        script.ready(chunk);

        assertThat(script.desire(chunk)).isEmpty();
    }

    @Test
    void forgetsAnUnknownChunkThatIsDeleted() {
        assertThat(script.undesire(chunk)).isEmpty();
        assertThat(script.plan.row(chunk.id())).isEmpty();
    }

    @Test
    void retiresDeletesAndForgetsWhatNobodyWants() {
        ChunkDirectory directory = script.ready(chunk);

        assertThat(script.undesire(chunk)).containsExactly(new Step.Retire(directory));
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.QUEUED);
        assertThat(script.undesire(chunk)).isEmpty();

        assertThat(script.on(new Event.Drained(directory))).containsExactly(new Step.Delete(directory, false));
        assertThat(script.row(chunk).state()).isEqualTo(State.DELETING);

        assertThat(script.on(new Event.Deleted(directory))).isEmpty();
        assertThat(script.plan.row(chunk.id())).isEmpty();
    }

    @Test
    void saysThatAChunkWaitsForReferencesAfterTheFirstLook() {
        ChunkDirectory directory = script.ready(chunk);
        script.undesire(chunk);
        script.plan.takeChanged();

        script.nextTick();

        assertThat(script.row(chunk))
                .isEqualTo(new Row(chunk.id(), State.RETIRING, Reason.WAITING_FOR_REFERENCES, "", directory));
        assertThat(script.plan.takeChanged()).containsExactly(chunk.id());
    }

    @Test
    void bringsARetiredChunkBackWithoutADownload() {
        ChunkDirectory directory = script.ready(chunk);
        script.undesire(chunk);

        assertThat(script.desire(chunk)).containsExactly(new Step.Publish(directory));
        assertThat(script.row(chunk).state()).isEqualTo(State.READY);
    }

    @Test
    void downloadsAgainWhatIsDrained() {
        ChunkDirectory directory = script.ready(chunk);
        script.undesire(chunk);
        script.on(new Event.Drained(directory));

        script.desire(chunk);

        assertThat(script.fetch().directory()).isEqualTo(directory(chunk, 2));
    }

    @Test
    void takesBackWhatWasPublishedWhileItsDrainingWasOnTheWay() {
        ChunkDirectory directory = script.ready(chunk);
        script.undesire(chunk);
        script.desire(chunk);

        script.on(new Event.Drained(directory));

        assertThat(script.steps).startsWith(new Step.Delete(directory, false));
        assertThat(script.fetch().directory()).isEqualTo(directory(chunk, 2));
    }

    @Test
    void cancelsADownloadThatNobodyWantsAndDiscardsItsBytes() {
        script.desire(chunk);
        Step.Fetch fetch = script.fetch();

        assertThat(script.undesire(chunk)).containsExactly(new Step.Cancel(fetch.directory(), fetch.attempt()));
        assertThat(script.cancelled(fetch)).containsExactly(new Step.Discard(fetch.directory()));
        script.on(new Event.Deleted(fetch.directory()));

        assertThat(script.plan.row(chunk.id())).isEmpty();
    }

    @Test
    void resumesADownloadThatIsWantedAgainBeforeItsCancelLands() {
        script.desire(chunk);
        Step.Fetch first = script.fetch();
        script.undesire(chunk);

        assertThat(script.desire(chunk)).isEmpty();
        script.cancelled(first);

        assertThat(script.fetch().directory()).isEqualTo(first.directory());
        assertThat(script.fetch().attempt()).isGreaterThan(first.attempt());
    }

    @Test
    void letsALateEndTouchNothingNewer() {
        script.desire(chunk);
        Step.Fetch first = script.fetch();
        script.undesire(chunk);
        script.desire(chunk);
        script.cancelled(first);
        Row before = script.row(chunk);

        assertThat(script.fetched(first, stored("a", 10))).isEmpty();
        assertThat(script.failedForGood(first, Reason.NOT_FOUND)).isEmpty();
        assertThat(script.cancelled(first)).isEmpty();
        assertThat(script.on(new Event.Stored(first.directory()))).isEmpty();
        assertThat(script.on(new Event.Deleted(first.directory()))).isEmpty();
        assertThat(script.row(chunk)).isEqualTo(before);
    }

    @Test
    void keepsWhatWasCompleteBeforeTheCancelLanded() {
        script.desire(chunk);
        Step.Fetch fetch = script.fetch();
        script.undesire(chunk);
        script.desire(chunk);

        script.fetched(fetch, stored("a", 10));

        assertThat(script.steps).containsExactly(new Step.Store(fetch.directory(), List.of(stored("a", 10))));
    }

    @Test
    void deletesWhatWasStoredForNobody() {
        script.desire(chunk);
        Step.Fetch fetch = script.fetch();
        script.fetched(fetch, stored("a", 10));
        script.undesire(chunk);

        assertThat(script.stored(fetch)).containsExactly(new Step.Delete(fetch.directory(), false));
    }

    @Test
    void servesTheOldContentUntilTheNewOneIsReady() {
        ChunkDirectory old = script.ready(chunk);
        ChunkSpec changed = withFiles(chunk, file("a"), file("b"));

        script.desire(changed);
        Step.Fetch fetch = script.fetch();
        assertThat(script.steps).containsExactly(fetch);
        assertThat(fetch.directory()).isEqualTo(directory(chunk, 2));

        script.fetched(fetch, stored("a", 10), stored("b", 10));
        script.stored(fetch);
        assertThat(script.steps).containsExactly(new Step.Publish(fetch.directory()), new Step.Retire(old));
    }

    @Test
    void treatsAnotherRangeAsAnotherContent() {
        ChunkDirectory old = script.ready(chunk);
        ChunkSpec moved = new ChunkSpec(chunk.id(), chunk.dataset(), new BlockRange(0, 7), chunk.files());

        script.desire(moved);

        assertThat(script.fetch().directory()).isEqualTo(directory(moved, 2));
        assertThat(script.desire(chunk)).containsExactly(new Step.Cancel(directory(moved, 2), 2));
        assertThat(script.row(chunk)).isEqualTo(new Row(chunk.id(), State.READY, Reason.READY, "", old));
    }

    @Test
    void saysThatTheOldContentServesWhileTheNewOneIsBroken() {
        ChunkDirectory old = script.ready(chunk);
        script.desire(withFiles(chunk, file("b")));

        script.failedForGood(script.fetch(), Reason.NOT_FOUND);

        assertThat(script.steps).isEmpty();
        assertThat(script.row(chunk).state()).isEqualTo(State.FAILED);
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(script.row(chunk).message()).isEqualTo("why; the content declared before is still served");
        assertThat(script.row(chunk).directory()).isNotEqualTo(old);
    }

    @Test
    void doesNotDownloadAgainForAnotherUrl() {
        script.ready(chunk);

        assertThat(script.desire(withFiles(chunk, movedFile("a")))).isEmpty();
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.READY);
    }

    @Test
    void goesOnWithAnotherUrlInTheSameDirectory() {
        script.desire(chunk);
        Step.Fetch fetch = script.fetch();
        ChunkSpec moved = withFiles(chunk, movedFile("a"));

        assertThat(script.desire(moved)).containsExactly(new Step.Cancel(fetch.directory(), fetch.attempt()));
        script.cancelled(fetch);

        assertThat(script.fetch()).isEqualTo(new Step.Fetch(fetch.directory(), moved, fetch.attempt() + 1));
    }

    @Test
    void triesAFailedDownloadAtOnceWhenItsDeclarationChanges() {
        script.desire(chunk);
        script.failedForGood(script.fetch(), Reason.ADDRESS_REFUSED);
        ChunkSpec moved = withFiles(chunk, movedFile("a"));

        script.desire(moved);

        assertThat(script.fetch().chunk()).isEqualTo(moved);
        assertThat(script.fetch().directory()).isEqualTo(directory(chunk, 1));
    }

    @Test
    void takesASizeThatIsDeclaredLaterFromTheRecord() {
        script.ready(chunk);

        assertThat(script.desire(withFiles(chunk, sizedFile("a", 10)))).isEmpty();
        script.desire(withFiles(chunk, sizedFile("a", 11)));

        assertThat(script.fetch().directory()).isEqualTo(directory(chunk, 2));
    }

    @Test
    void checksADigestThatIsDeclaredLaterAndServesMeanwhile() {
        ChunkDirectory directory = script.ready(chunk);
        ChunkSpec digested = withFiles(chunk, digestedFile("a", ONE_DIGEST));

        assertThat(script.desire(digested)).containsExactly(new Step.Verify(directory, digested));
        assertThat(script.row(chunk).state()).isEqualTo(State.READY);
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.VERIFYING);

        script.on(new Event.Verified(directory, List.of(stored("a", 10, ONE_DIGEST))));
        assertThat(script.steps).isEmpty();
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.READY);
    }

    @Test
    void fetchesAnotherContentWhenTheDigestDiffers() {
        ChunkDirectory directory = script.ready(chunk);
        script.desire(withFiles(chunk, digestedFile("a", ONE_DIGEST)));

        script.on(new Event.Verified(directory, List.of(stored("a", 10, OTHER_DIGEST))));

        assertThat(script.steps).containsExactly(script.fetch());
        assertThat(script.fetch().directory()).isEqualTo(directory(chunk, 2));
    }

    @Test
    void asksForADigestThatIsDeclaredDuringAVerification() {
        ChunkSpec two = withFiles(chunk, file("a"), file("b"));
        script.desire(two);
        Step.Fetch fetch = script.fetch();
        script.fetched(fetch, stored("a", 1), stored("b", 2));
        script.stored(fetch);
        script.desire(withFiles(chunk, digestedFile("a", ONE_DIGEST), file("b")));
        ChunkSpec both = withFiles(chunk, digestedFile("a", ONE_DIGEST), digestedFile("b", OTHER_DIGEST));

        assertThat(script.desire(both)).isEmpty();
        script.on(new Event.Verified(fetch.directory(), List.of(stored("a", 1, ONE_DIGEST), stored("b", 2))));

        assertThat(script.steps).containsExactly(new Step.Verify(fetch.directory(), both));
    }

    @Test
    void letsTheLastOfTwoDeclarationsInOneSetWin() {
        script.on(new Event.DesiredSet(List.of(chunk, withFiles(chunk, file("b")))));

        assertThat(script.fetch().chunk().files()).containsExactly(file("b"));
    }

    @Test
    void withdrawsWhatIsNotInTheSet() {
        ChunkDirectory directory = script.ready(chunk);

        script.on(new Event.DesiredSet(List.of(chunk(2))));

        assertThat(script.steps).startsWith(new Step.Retire(directory));
        assertThat(script.fetch().chunk()).isEqualTo(chunk(2));
    }

    @Test
    void quarantinesADamagedChunkAndDownloadsItAgain() {
        ChunkDirectory directory = script.ready(chunk);

        script.on(new Event.Damaged(directory, "file a is short"));
        Step.Fetch fetch = script.fetch();

        assertThat(script.steps).containsExactly(new Step.Retire(directory), fetch);
        assertThat(script.row(chunk).state()).isEqualTo(State.QUEUED);
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.DAMAGED);
        assertThat(script.row(chunk).message()).contains("file a is short");
        assertThat(script.on(new Event.Damaged(directory, "again"))).isEmpty();

        script.fetched(fetch, stored("a", 10));
        script.stored(fetch);
        assertThat(script.steps).containsExactly(new Step.Publish(directory(chunk, 2)));
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.READY);
    }

    @Test
    void neverPublishesADamagedChunkAgain() {
        ChunkDirectory directory = script.ready(chunk);
        script.on(new Event.Damaged(directory, "file a is short"));
        script.undesire(chunk);

        script.desire(chunk);

        assertThat(script.steps).doesNotContain(new Step.Publish(directory));
    }

    @Test
    void keepsADownloadWhoseStoringFailedAndTriesAgain() {
        script.desire(chunk);
        Step.Fetch fetch = script.fetch();
        script.fetched(fetch, stored("a", 10));

        script.on(new Event.StoreFailed(fetch.directory(), Reason.IO_ERROR, "read-only"));
        assertThat(script.row(chunk).state()).isEqualTo(State.QUEUED);
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.IO_ERROR);

        script.nextTick();
        assertThat(script.fetch().directory()).isEqualTo(fetch.directory());
    }
}
