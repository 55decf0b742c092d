package io.datachunk.manager.plan;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Reason;
import io.datachunk.manager.StoredFile;
import io.datachunk.manager.plan.SimulatedDisk.Directory;
import io.datachunk.manager.plan.SimulatedDisk.PartialFile;
import io.datachunk.manager.plan.SimulatedDisk.Place;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An executor of the plan in memory: does its steps in any order and after any time, fails at random, and objects to
 * every step that a disk or an index could not do.
 */
final class SimulatedNode {
    static final int CHUNKS_AT_ONCE = 3;

    /** How far ahead a download of unknown size asks for room. */
    static final long GROWTH_BYTES = 8;

    /** Something begun that ends later. */
    private sealed interface Job {
        record Storing(ChunkDirectory directory, List<StoredFile> files) implements Job {}

        record Removing(ChunkDirectory directory) implements Job {}

        record Inspecting(ChunkDirectory directory) implements Job {}

        record Verifying(ChunkDirectory directory, ChunkSpec chunk) implements Job {}

        record Posted(Event event) implements Job {}

        final class Fetching implements Job {
            final ChunkDirectory directory;
            final ChunkSpec chunk;
            final long attempt;
            final boolean sizesKnown;
            boolean cancelled;

            Fetching(Step.Fetch fetch, boolean sizesKnown) {
                this.directory = fetch.directory();
                this.chunk = fetch.chunk();
                this.attempt = fetch.attempt();
                this.sizesKnown = sizesKnown;
            }
        }
    }

    final SimulatedDisk disk;
    final SimulatedSource source;
    final Set<ChunkDirectory> live = new LinkedHashSet<>();
    final Set<ChunkDirectory> retiring = new LinkedHashSet<>();

    /** Drained: can not be published again. */
    final Set<ChunkDirectory> drained = new HashSet<>();

    final Map<ChunkDirectory, Integer> holders = new HashMap<>();

    /** Whether the volume, the records and the bytes misbehave at random. */
    boolean diskFails = true;

    long nowMs;
    long events;
    Plan plan;

    private final List<Job> jobs = new ArrayList<>();

    /** Numbers that the plan never comes to. */
    private int lastForgotten = 1_000_000;

    /** Ends of downloads. */
    private final List<Event> answered = new ArrayList<>();

    private final Random random;
    private @Nullable Event last;

    /** The last event published what was drained already, which the plan had not been told. */
    private boolean publishedTooLate;

    SimulatedNode(Random random, SimulatedSource source, SimulatedDisk disk) {
        this.random = random;
        this.source = source;
        this.disk = disk;
        this.plan = new Plan(CHUNKS_AT_ONCE, random.nextLong());
        perform(plan.begin(new Plan.Found(List.of(), List.of(), List.of(), List.of()), nowMs));
    }

    boolean busy() {
        return !jobs.isEmpty() || !retiring.isEmpty();
    }

    void handle(Event event) {
        events++;
        last = event;
        publishedTooLate = false;
        Set<ChunkId> servedBefore = ids(live);
        perform(plan.on(event, nowMs));
        PlanInvariants.check(plan, CHUNKS_AT_ONCE);
        if (keepsServing(event) && !publishedTooLate && !ids(live).containsAll(servedBefore)) {
            throw new AssertionError("not served any more after " + event);
        }
    }

    /** All but withdrawals, damage, and making room take nothing from readers. */
    private static boolean keepsServing(Event event) {
        return switch (event) {
            case Event.Undesired _, Event.DesiredSet _, Event.Damaged _, Event.Drained _ -> false;
            case Event.SpaceFreed _, Event.Tick _ -> false;
            case Event.Desired _, Event.Fetched _, Event.Failed _, Event.Cancelled _ -> true;
            case Event.Stored _, Event.StoreFailed _, Event.Inspected _, Event.Verified _, Event.Deleted _ -> true;
        };
    }

    private static Set<ChunkId> ids(Set<ChunkDirectory> directories) {
        Set<ChunkId> ids = new HashSet<>();
        directories.forEach(directory -> ids.add(directory.id()));
        return ids;
    }

    void freeSpaceIsKnown() {
        handle(new Event.SpaceFreed(disk.freeBytes()));
    }

    void passTime(long ms) {
        nowMs += ms;
        if (plan.nextTickMs() <= nowMs) {
            handle(new Event.Tick());
        }
    }

    /** Time passes up to what the plan waits for; false if it waits for nothing. */
    boolean passTimeToNextTick() {
        if (plan.nextTickMs() == Long.MAX_VALUE) {
            return false;
        }
        passTime(Math.max(0, plan.nextTickMs() - nowMs));
        return true;
    }

    /** Somebody opens or closes a reference. */
    void holdOrRelease() {
        if (random.nextBoolean() && !live.isEmpty()) {
            holders.merge(any(live), 1, Integer::sum);
        } else if (!holders.isEmpty()) {
            holders.computeIfPresent(any(holders.keySet()), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    void damageSomething() {
        Set<ChunkDirectory> candidates = random.nextInt(4) == 0 ? retiring : live;
        if (!candidates.isEmpty()) {
            ChunkDirectory directory = any(candidates);
            disk.get(directory).damaged = true;
            handle(new Event.Damaged(directory, "file a is short"));
        }
    }

    /** One look at the references: something that nobody holds is drained. */
    void drainSomething() {
        retiring.stream()
                .filter(directory -> !holders.containsKey(directory))
                .findFirst()
                .ifPresent(directory -> {
                    retiring.remove(directory);
                    drained.add(directory);
                    answer(new Event.Drained(directory));
                });
    }

    /** An answer comes a second time, long after. */
    void handleSomethingLate() {
        if (!answered.isEmpty()) {
            handle(answered.get(random.nextInt(answered.size())));
        }
    }

    /** Goes on with one thing that was begun. */
    void advance() {
        if (jobs.isEmpty()) {
            return;
        }
        Job job = jobs.get(random.nextInt(jobs.size()));
        switch (job) {
            case Job.Fetching fetching -> advance(fetching);
            case Job.Storing storing -> {
                jobs.remove(job);
                store(storing);
            }
            case Job.Removing removing -> {
                jobs.remove(job);
                disk.directories.remove(removing.directory());
                drained.remove(removing.directory());
                handle(new Event.Deleted(removing.directory()));
                freeSpaceIsKnown();
            }
            case Job.Inspecting inspecting -> {
                jobs.remove(job);
                if (disk.directories.containsKey(inspecting.directory())) {
                    boolean unreadable = diskFails && random.nextInt(10) == 0;
                    handle(new Event.Inspected(
                            inspecting.directory(),
                            unreadable
                                    ? Optional.empty()
                                    : Optional.ofNullable(disk.get(inspecting.directory()).record)));
                }
            }
            case Job.Verifying verifying -> {
                jobs.remove(job);
                Directory directory = disk.directories.get(verifying.directory());
                if (directory != null && directory.damaged) {
                    handle(new Event.Damaged(verifying.directory(), "file a has other bytes"));
                } else if (directory != null) {
                    handle(new Event.Verified(
                            verifying.directory(), disk.readBack(verifying.directory(), verifying.chunk())));
                }
            }
            case Job.Posted posted -> {
                jobs.remove(job);
                handle(posted.event());
            }
        }
    }

    private void advance(Job.Fetching job) {
        Directory staging = disk.get(job.directory);
        if (job.cancelled && random.nextInt(3) > 0) {
            end(job, new Event.Cancelled(job.directory, job.attempt));
        } else if (source.missing.contains(job.chunk.id())) {
            end(job, failed(job, Reason.NOT_FOUND, true));
        } else if (SimulatedSource.wrongSize(job.chunk)) {
            end(job, failed(job, Reason.SIZE_MISMATCH, true));
        } else if (!disk.reserve(staging, neededBytes(job)) || (diskFails && random.nextInt(60) == 0)) {
            end(job, failed(job, Reason.INSUFFICIENT_SPACE, false));
        } else {
            receive(job, staging);
        }
    }

    private long neededBytes(Job.Fetching job) {
        long total = SimulatedSource.sizeOf(job.chunk);
        return job.sizesKnown ? total : Math.min(total, disk.get(job.directory).bytes()) + GROWTH_BYTES;
    }

    private void receive(Job.Fetching job, Directory staging) {
        long budget = 1 + random.nextLong(GROWTH_BYTES);
        for (FileSpec file : job.chunk.files()) {
            long before = staging.files.containsKey(file.name())
                    ? staging.files.get(file.name()).bytes()
                    : 0;
            long more = Math.min(budget, SimulatedSource.sizeOf(file.url()) - before);
            staging.files.put(file.name(), new PartialFile(file.url(), before + more));
            budget -= more;
        }
        if (staging.bytes() == SimulatedSource.sizeOf(job.chunk)) {
            if (SimulatedSource.wrongDigest(job.chunk)) {
                staging.files.clear();
                end(job, failed(job, Reason.CHECKSUM_MISMATCH, false));
            } else {
                end(
                        job,
                        new Event.Fetched(
                                job.directory,
                                job.attempt,
                                job.chunk.files().stream()
                                        .map(SimulatedSource::stored)
                                        .toList()));
            }
        } else if (random.nextDouble() < source.flakiness) {
            end(job, failed(job, random.nextBoolean() ? Reason.SOURCE_UNREACHABLE : Reason.STALLED, false));
        }
    }

    private Event failed(Job.Fetching job, Reason reason, boolean permanent) {
        long needed = job.sizesKnown ? SimulatedSource.sizeOf(job.chunk) : 0;
        if (reason == Reason.INSUFFICIENT_SPACE && !job.sizesKnown) {
            needed = disk.get(job.directory).bytes() + 1;
        }
        long retryAfterMs = random.nextInt(20) == 0 ? random.nextLong(60_000) : 0;
        return new Event.Failed(
                job.directory,
                job.attempt,
                reason,
                "a reason",
                permanent,
                retryAfterMs,
                disk.get(job.directory).bytes(),
                needed);
    }

    private void end(Job.Fetching job, Event event) {
        jobs.remove(job);
        answered.addLast(event);
        if (answered.size() > 100) {
            answered.removeFirst();
        }
        answer(event);
    }

    /** Most answers come at once, some only after others. */
    private void answer(Event event) {
        if (random.nextInt(4) == 0) {
            jobs.add(new Job.Posted(event));
        } else {
            handle(event);
        }
    }

    private void store(Job.Storing job) {
        if (diskFails && random.nextInt(20) == 0) {
            answer(new Event.StoreFailed(
                    job.directory(), random.nextBoolean() ? Reason.INSUFFICIENT_SPACE : Reason.IO_ERROR, "no record"));
            return;
        }
        complete(job);
        answer(new Event.Stored(job.directory()));
    }

    private void complete(Job.Storing job) {
        Directory directory = disk.get(job.directory());
        directory.place = Place.COMPLETE;
        directory.promisedBytes = 0;
        directory.record = job.files();
    }

    private void perform(List<Step> steps) {
        Set<ChunkDirectory> moved = new HashSet<>();
        for (Step step : steps) {
            switch (step) {
                case Step.Fetch fetch -> fetch(fetch);
                case Step.Cancel cancel ->
                    jobs.stream()
                            .filter(job -> job instanceof Job.Fetching fetching && fetching.attempt == cancel.attempt())
                            .forEach(job -> ((Job.Fetching) job).cancelled = true);
                case Step.Discard discard -> {
                    require(step, place(discard.directory()) == Place.STAGING && idle(discard.directory()));
                    jobs.add(new Job.Removing(discard.directory()));
                }
                case Step.Store store -> {
                    require(step, place(store.directory()) == Place.STAGING && idle(store.directory()));
                    jobs.add(new Job.Storing(store.directory(), store.files()));
                }
                case Step.Publish publish -> {
                    require(step, place(publish.directory()) == Place.COMPLETE && !live.contains(publish.directory()));
                    require(step, moved.add(publish.directory()));
                    if (drained.contains(publish.directory())) {
                        publishedTooLate = true;
                    } else {
                        retiring.remove(publish.directory());
                        live.add(publish.directory());
                    }
                }
                case Step.Retire retire -> {
                    require(step, live.remove(retire.directory()) || drained.contains(retire.directory()));
                    require(step, moved.add(retire.directory()));
                    if (!drained.contains(retire.directory())) {
                        retiring.add(retire.directory());
                    }
                    if (random.nextBoolean()) {
                        jobs.removeIf(job -> isQuestionAbout(job, retire.directory()));
                    }
                }
                case Step.Delete delete -> delete(delete);
                case Step.Inspect inspect -> {
                    require(step, place(inspect.directory()) == Place.COMPLETE);
                    jobs.add(new Job.Inspecting(inspect.directory()));
                }
                case Step.Verify verify -> {
                    require(step, place(verify.directory()) == Place.COMPLETE);
                    jobs.add(new Job.Verifying(verify.directory(), verify.chunk()));
                }
            }
        }
        if (ids(live).size() < live.size()) {
            throw new AssertionError("two contents of one id are found after " + last);
        }
    }

    private void fetch(Step.Fetch step) {
        require(step, !disk.directories.containsKey(step.directory()) || place(step.directory()) == Place.STAGING);
        require(step, idle(step.directory()));
        disk.prepare(step.directory(), step.chunk());
        jobs.add(new Job.Fetching(step, random.nextInt(3) > 0));
        long running = jobs.stream().filter(job -> job instanceof Job.Fetching).count();
        require(step, running <= CHUNKS_AT_ONCE);
    }

    private void delete(Step.Delete step) {
        boolean neverPublished = !live.contains(step.directory()) && !retiring.contains(step.directory());
        require(step, place(step.directory()) == Place.COMPLETE && neverPublished);
        require(step, !holders.containsKey(step.directory()));
        disk.get(step.directory()).place = Place.TRASH;
        jobs.add(new Job.Removing(step.directory()));
    }

    private boolean idle(ChunkDirectory directory) {
        return jobs.stream().noneMatch(job -> switch (job) {
            case Job.Fetching fetching -> fetching.directory.equals(directory);
            case Job.Storing storing -> storing.directory().equals(directory);
            case Job.Removing removing -> removing.directory().equals(directory);
            case Job.Inspecting _, Job.Verifying _, Job.Posted _ -> false;
        });
    }

    private static boolean isQuestionAbout(Job job, ChunkDirectory directory) {
        return switch (job) {
            case Job.Inspecting inspecting -> inspecting.directory().equals(directory);
            case Job.Verifying verifying -> verifying.directory().equals(directory);
            case Job.Fetching _, Job.Storing _, Job.Removing _, Job.Posted _ -> false;
        };
    }

    private Place place(ChunkDirectory directory) {
        return disk.get(directory).place;
    }

    private void require(Step step, boolean possible) {
        if (!possible) {
            throw new AssertionError("cannot be done: " + step + " after " + last);
        }
    }

    /** The process dies and another one begins with what is on the disk and in the state files. */
    void restart() {
        for (Job job : List.copyOf(jobs)) {
            if (job instanceof Job.Storing storing && random.nextBoolean()) {
                complete(storing);
            }
        }
        jobs.clear();
        answered.clear();
        disk.directories
                .entrySet()
                .removeIf(entry -> entry.getValue().place == Place.STAGING
                        && entry.getValue().files.isEmpty());
        disk.directories.values().forEach(directory -> directory.promisedBytes = 0);
        disk.in(Place.TRASH).forEach(this::forgetTrash);
        List<ChunkDirectory> deleting =
                disk.in(Place.COMPLETE).stream().filter(drained::contains).toList();
        live.clear();
        disk.in(Place.COMPLETE).stream()
                .filter(directory -> !drained.contains(directory) && !retiring.contains(directory))
                .forEach(live::add);
        plan = new Plan(CHUNKS_AT_ONCE, random.nextLong());
        perform(plan.begin(
                new Plan.Found(List.copyOf(live), List.copyOf(retiring), deleting, disk.in(Place.STAGING)), nowMs));
        PlanInvariants.check(plan, CHUNKS_AT_ONCE);
    }

    /** The new plan does not know what is in the trash, and may use its name again. */
    private void forgetTrash(ChunkDirectory directory) {
        ChunkDirectory elsewhere =
                new ChunkDirectory(directory.dataset(), directory.range(), directory.id(), ++lastForgotten);
        disk.directories.put(elsewhere, disk.get(directory));
        disk.directories.remove(directory);
        drained.remove(directory);
        jobs.add(new Job.Removing(elsewhere));
    }

    private <T> T any(Set<T> set) {
        return List.copyOf(set).get(random.nextInt(set.size()));
    }
}
