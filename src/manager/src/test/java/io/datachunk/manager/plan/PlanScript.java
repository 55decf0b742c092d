package io.datachunk.manager.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Digest;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Reason;
import io.datachunk.manager.StoredFile;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.ChunkDirectory;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A plan, the time, and the events that tests tell it. Checks the invariants after each. */
final class PlanScript {
    static final Digest ONE_DIGEST = Digest.sha256("1".repeat(64));
    static final Digest OTHER_DIGEST = Digest.sha256("2".repeat(64));

    final Plan plan;
    long nowMs = 1_000_000;

    /** What followed from the last event. */
    List<Step> steps = List.of();

    private final int chunksAtOnce;

    PlanScript(int chunksAtOnce) {
        this.chunksAtOnce = chunksAtOnce;
        this.plan = new Plan(chunksAtOnce, 7);
    }

    static ChunkId id(int number) {
        return ChunkId.parse("%064x".formatted(number));
    }

    static ChunkSpec chunk(int number) {
        return chunk(number, 0);
    }

    static ChunkSpec chunk(int number, int dataset) {
        return new ChunkSpec(
                id(number),
                DatasetId.parse("%064x".formatted(dataset)),
                new BlockRange(100L * number, 100L * number + 100),
                List.of(file("a")));
    }

    static ChunkSpec withFiles(ChunkSpec chunk, FileSpec... files) {
        return new ChunkSpec(chunk.id(), chunk.dataset(), chunk.range(), List.of(files));
    }

    static FileSpec file(String name) {
        return FileSpec.of(name, "http://source.example/" + name);
    }

    static FileSpec movedFile(String name) {
        return FileSpec.of(name, "http://mirror.example/" + name);
    }

    static FileSpec sizedFile(String name, long bytes) {
        return new FileSpec(
                name, URI.create("http://source.example/" + name), OptionalLong.of(bytes), Optional.empty());
    }

    static FileSpec digestedFile(String name, Digest digest) {
        return new FileSpec(
                name, URI.create("http://source.example/" + name), OptionalLong.empty(), Optional.of(digest));
    }

    static StoredFile stored(String name, long bytes) {
        return new StoredFile(name, bytes, 0, Optional.empty());
    }

    static StoredFile stored(String name, long bytes, Digest digest) {
        return new StoredFile(name, bytes, 0, Optional.of(digest));
    }

    static ChunkDirectory directory(ChunkSpec chunk, int content) {
        return new ChunkDirectory(chunk.dataset(), chunk.range(), chunk.id(), content);
    }

    List<Step> begin(
            List<ChunkDirectory> live,
            List<ChunkDirectory> retiring,
            List<ChunkDirectory> deleting,
            List<ChunkDirectory> partial) {
        steps = plan.begin(new Plan.Found(live, retiring, deleting, partial), nowMs);
        PlanInvariants.check(plan, chunksAtOnce);
        return steps;
    }

    List<Step> on(Event event) {
        steps = plan.on(event, nowMs);
        PlanInvariants.check(plan, chunksAtOnce);
        return steps;
    }

    List<Step> desire(ChunkSpec chunk) {
        return on(new Event.Desired(chunk));
    }

    List<Step> undesire(ChunkSpec chunk) {
        return on(new Event.Undesired(chunk.id()));
    }

    /** The one download that the last event started. */
    Step.Fetch fetch() {
        List<Step> fetches =
                steps.stream().filter(step -> step instanceof Step.Fetch).toList();
        assertThat(fetches).hasSize(1);
        return (Step.Fetch) fetches.getFirst();
    }

    List<Step> fetched(Step.Fetch fetch, StoredFile... files) {
        return on(new Event.Fetched(fetch.directory(), fetch.attempt(), List.of(files)));
    }

    List<Step> cancelled(Step.Fetch fetch) {
        return on(new Event.Cancelled(fetch.directory(), fetch.attempt()));
    }

    List<Step> failed(Step.Fetch fetch, Reason reason) {
        return failed(fetch, reason, 0);
    }

    List<Step> failed(Step.Fetch fetch, Reason reason, long bytesDone) {
        return on(new Event.Failed(fetch.directory(), fetch.attempt(), reason, "why", false, 0, bytesDone, 0));
    }

    List<Step> failedForGood(Step.Fetch fetch, Reason reason) {
        return on(new Event.Failed(fetch.directory(), fetch.attempt(), reason, "why", true, 0, 0, 0));
    }

    List<Step> foundNoRoom(Step.Fetch fetch, long bytesDone, long neededBytes) {
        return on(new Event.Failed(
                fetch.directory(),
                fetch.attempt(),
                Reason.INSUFFICIENT_SPACE,
                "full",
                false,
                0,
                bytesDone,
                neededBytes));
    }

    List<Step> stored(Step.Fetch fetch) {
        return on(new Event.Stored(fetch.directory()));
    }

    /** Declares a chunk of one file of 10 bytes and lets it become ready. */
    ChunkDirectory ready(ChunkSpec chunk) {
        desire(chunk);
        Step.Fetch fetch = fetch();
        fetched(fetch, stored("a", 10));
        stored(fetch);
        return fetch.directory();
    }

    /** Lets time pass to the next tick that is wanted. */
    List<Step> nextTick() {
        nowMs = Math.max(nowMs, plan.nextTickMs());
        return on(new Event.Tick());
    }

    List<Step> passes(long ms) {
        nowMs += ms;
        return on(new Event.Tick());
    }

    Row row(ChunkSpec chunk) {
        return plan.row(chunk.id()).orElseThrow();
    }
}
