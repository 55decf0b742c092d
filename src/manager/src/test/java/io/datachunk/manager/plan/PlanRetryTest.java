package io.datachunk.manager.plan;

import static io.datachunk.manager.plan.PlanScript.chunk;
import static io.datachunk.manager.plan.PlanScript.movedFile;
import static io.datachunk.manager.plan.PlanScript.withFiles;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import io.datachunk.reader.DatasetId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanRetryTest {
    private final PlanScript script = new PlanScript(1);
    private final ChunkSpec chunk = chunk(1);

    @Test
    void waitsLongerAfterEachFailureAndNeverMoreThanThirtySeconds() {
        script.desire(chunk);
        long longest = 0;
        for (int failure = 0; failure < 100; failure++) {
            script.failed(script.fetch(), Reason.SOURCE_UNREACHABLE);
            long waitMs = script.plan.nextTickMs() - script.nowMs;
            assertThat(waitMs).isBetween(0L, Math.min(30_000, 200L << Math.min(failure, 20)));
            longest = Math.max(longest, waitMs);
            assertThat(script.row(chunk).state()).isEqualTo(State.QUEUED);
            assertThat(script.row(chunk).reason()).isEqualTo(Reason.SOURCE_UNREACHABLE);
            script.nextTick();
        }
        assertThat(longest).as("jitter over the whole range").isGreaterThan(25_000);
    }

    @Test
    void beginsAnewWithShortWaitsAfterNetProgress() {
        script.desire(chunk);
        for (int failure = 0; failure < 20; failure++) {
            script.failed(script.fetch(), Reason.STALLED, 100);
            script.nextTick();
        }

        script.failed(script.fetch(), Reason.STALLED, 101);

        assertThat(script.plan.nextTickMs() - script.nowMs).isLessThanOrEqualTo(200);
    }

    @Test
    void waitsAtLeastAsLongAsTheSourceAsks() {
        script.desire(chunk);
        Step.Fetch fetch = script.fetch();

        script.on(new Event.Failed(
                fetch.directory(), fetch.attempt(), Reason.SOURCE_REFUSED, "503", false, 45_000, 0, 0));

        assertThat(script.plan.nextTickMs()).isEqualTo(script.nowMs + 45_000);
        assertThat(script.passes(44_999)).isEmpty();
        assertThat(script.passes(1)).containsExactly(script.fetch());
    }

    @Test
    void looksAgainEveryFiveMinutesForWhatIsMissingOrForbidden() {
        script.desire(chunk);
        for (Reason reason : List.of(Reason.NOT_FOUND, Reason.FORBIDDEN)) {
            script.failedForGood(script.fetch(), reason);
            assertThat(script.row(chunk).state()).isEqualTo(State.FAILED);
            assertThat(script.row(chunk).reason()).isEqualTo(reason);
            assertThat(script.passes(299_999)).isEmpty();
            script.passes(1);
        }
        script.fetch();
    }

    @Test
    void doesNotTryAgainWhatOnlyAnotherDeclarationCanHeal() {
        script.desire(chunk);

        script.failedForGood(script.fetch(), Reason.SIZE_MISMATCH);

        assertThat(script.row(chunk).state()).isEqualTo(State.FAILED);
        assertThat(script.plan.nextTickMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void givesUpAfterTheSecondWrongDigestOfOneDeclaration() {
        script.desire(chunk);
        script.failed(script.fetch(), Reason.CHECKSUM_MISMATCH);
        assertThat(script.row(chunk).state()).isEqualTo(State.QUEUED);
        script.desire(withFiles(chunk, movedFile("a")));
        script.failed(script.fetch(), Reason.CHECKSUM_MISMATCH);
        assertThat(script.row(chunk).state()).isEqualTo(State.QUEUED);
        script.nextTick();

        script.failed(script.fetch(), Reason.CHECKSUM_MISMATCH);

        assertThat(script.row(chunk).state()).isEqualTo(State.FAILED);
        assertThat(script.row(chunk).reason()).isEqualTo(Reason.CHECKSUM_MISMATCH);
        assertThat(script.plan.nextTickMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void holdsNoSlotWhileItBacksOff() {
        script.desire(chunk);
        Step.Fetch fetch = script.fetch();
        assertThat(script.desire(chunk(2))).isEmpty();
        assertThat(script.row(chunk(2)).reason()).isEqualTo(Reason.QUEUED);

        script.failed(fetch, Reason.STALLED);

        assertThat(script.fetch().chunk()).isEqualTo(chunk(2));
    }

    @Test
    void aBrokenChunkComesAfterThoseThatWaitAlready() {
        script.desire(chunk);
        Step.Fetch fetch = script.fetch();
        script.desire(chunk(2));
        script.desire(chunk(3));
        script.failed(fetch, Reason.STALLED);
        Step.Fetch second = script.fetch();
        script.nextTick();

        script.failedForGood(second, Reason.NOT_FOUND);

        assertThat(script.fetch().chunk()).isEqualTo(chunk(3));
    }

    @Test
    void backsOffAfterADownloadThatEndedUnasked() {
        script.desire(chunk);

        assertThat(script.cancelled(script.fetch())).isEmpty();

        script.nextTick();
        script.fetch();
    }

    @Test
    void datasetsTakeTurns() {
        List<ChunkSpec> chunks = IntStream.range(0, 10)
                .mapToObj(number -> chunk(number, number < 6 ? 0 : number < 9 ? 1 : 2))
                .toList();
        List<DatasetId> turns = new ArrayList<>();
        List<ChunkSpec> order = new ArrayList<>();

        script.on(new Event.DesiredSet(chunks));
        for (int i = 0; i < 10; i++) {
            Step.Fetch fetch = script.fetch();
            turns.add(fetch.directory().dataset());
            order.add(fetch.chunk());
            script.failedForGood(fetch, Reason.SIZE_MISMATCH);
        }

        DatasetId a = chunks.get(0).dataset();
        DatasetId b = chunks.get(6).dataset();
        DatasetId c = chunks.get(9).dataset();
        assertThat(turns).containsExactly(a, b, c, a, b, a, b, a, a, a);
        assertThat(order.stream().filter(spec -> spec.dataset().equals(a))).isEqualTo(chunks.subList(0, 6));
    }

    @Test
    void isQuickWithFiveThousandChunks() {
        List<ChunkSpec> chunks = IntStream.range(0, 5_000)
                .mapToObj(number -> chunk(number, number % 10))
                .toList();
        script.on(new Event.DesiredSet(chunks));
        int fetched = 0;
        while (script.steps.stream().anyMatch(step -> step instanceof Step.Fetch)) {
            Step.Fetch fetch = (Step.Fetch) script.steps.getLast();
            script.steps = script.plan.on(
                    new Event.Failed(fetch.directory(), fetch.attempt(), Reason.ADDRESS_REFUSED, "no", true, 0, 0, 0),
                    script.nowMs);
            fetched++;
        }

        assertThat(fetched).isEqualTo(5_000);
        script.on(new Event.DesiredSet(List.of()));
        assertThat(script.steps).hasSize(5_000).allMatch(step -> step instanceof Step.Discard);
    }
}
