package io.datachunk.manager.plan;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Reason;
import io.datachunk.manager.plan.Content.Wait;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Desired state and what is known of the disk; takes one event at a time and says what follows. Owned by the planner
 * thread.
 *
 * <p>{@link Chunk} is the life of one id, and each {@link Content} of it has a directory of its own. {@link Chunks}
 * decides which content is wanted and what becomes of the others, {@link Downloads} when it is fetched, {@link Space} who
 * gets room, {@link Rows} how it looks from outside.
 */
public final class Plan {
    private final Steps steps = new Steps();
    private final Timers timers = new Timers();
    private final Space space = new Space();
    private final Downloads downloads;
    private final Chunks chunks;

    /**
     * @param chunksAtOnce how many downloads may run at the same time
     * @param seed of the jitter of the back-off
     */
    public Plan(int chunksAtOnce, long seed) {
        downloads = new Downloads(chunksAtOnce, new Random(seed), timers, space, steps);
        chunks = new Chunks(downloads, timers, space, steps);
    }

    /**
     * What the start found. Complete directories are desired until somebody says otherwise; retiring ones are not. Of
     * several complete ones of one id the newest is the chunk's content, and the others are retired.
     *
     * @return the first steps
     */
    public List<Step> begin(Found found, long nowMs) {
        timers.advance(nowMs);
        Map<ChunkDirectory, Phase> phases = new LinkedHashMap<>();
        put(phases, found.partial(), Phase.PARTIAL);
        put(phases, found.live(), Phase.LIVE);
        put(phases, found.retiring(), Phase.RETIRING);
        put(phases, found.deleting(), Phase.DELETING);
        List<Map.Entry<ChunkDirectory, Phase>> byContent = new ArrayList<>(phases.entrySet());
        byContent.sort((one, other) ->
                Integer.compare(one.getKey().content(), other.getKey().content()));
        for (Map.Entry<ChunkDirectory, Phase> entry : byContent) {
            takeIn(chunks.found(entry.getKey(), entry.getValue()));
        }
        return steps.take();
    }

    /**
     * @param live complete directories, published
     * @param retiring complete directories whose deletion had begun while somebody held them
     * @param deleting complete directories that nobody can hold any more
     * @param partial staging directories with a resume record
     */
    public record Found(
            Collection<ChunkDirectory> live,
            Collection<ChunkDirectory> retiring,
            Collection<ChunkDirectory> deleting,
            Collection<ChunkDirectory> partial) {}

    private static void put(Map<ChunkDirectory, Phase> phases, Collection<ChunkDirectory> directories, Phase phase) {
        for (ChunkDirectory directory : directories) {
            phases.put(directory, phase);
        }
    }

    private void takeIn(Content content) {
        switch (content.phase) {
            case PARTIAL -> downloads.idle(content);
            case LIVE -> {
                Content older = content.chunk.target;
                content.chunk.target = content;
                if (older != null) {
                    chunks.retire(older);
                }
            }
            case RETIRING -> chunks.awaitReaders(content);
            case DELETING -> chunks.delete(content);
            case PLANNED, FETCHING, CANCELLING, STORING, DISCARDING -> {}
        }
    }

    /** Takes one event and gives the steps that follow, in order. */
    public List<Step> on(Event event, long nowMs) {
        timers.advance(nowMs);
        switch (event) {
            case Event.Desired desired -> chunks.declare(desired.chunk());
            case Event.Undesired undesired -> undesired(undesired.id());
            case Event.DesiredSet set -> desiredSet(set.chunks());
            case Event.Fetched fetched ->
                running(fetched.directory(), fetched.attempt()).ifPresent(content -> fetched(content, fetched));
            case Event.Failed failed ->
                running(failed.directory(), failed.attempt()).ifPresent(content -> failed(content, failed));
            case Event.Cancelled cancelled ->
                running(cancelled.directory(), cancelled.attempt()).ifPresent(content -> cancelled(content, cancelled));
            case Event.Stored stored -> in(Phase.STORING, stored.directory()).ifPresent(this::stored);
            case Event.StoreFailed failed ->
                in(Phase.STORING, failed.directory()).ifPresent(content -> storeFailed(content, failed));
            case Event.Inspected inspected ->
                complete(inspected.directory()).ifPresent(content -> inspected(content, inspected));
            case Event.Verified verified ->
                complete(verified.directory()).ifPresent(content -> verified(content, verified));
            case Event.Damaged damaged ->
                complete(damaged.directory()).ifPresent(content -> damaged(content, damaged.message()));
            case Event.Drained drained -> complete(drained.directory()).ifPresent(this::drained);
            case Event.Deleted deleted ->
                chunks.find(deleted.directory())
                        .filter(content -> content.phase.leaving())
                        .ifPresent(chunks::gone);
            case Event.SpaceFreed freed -> {
                space.setFree(freed.freeBytes());
                review();
            }
            case Event.Tick _ -> tick();
        }
        downloads.startNext();
        return steps.take();
    }

    /** When the next {@link Event.Tick} is wanted, on the clock of {@code nowMs}; {@link Long#MAX_VALUE}: not at all. */
    public long nextTickMs() {
        return Math.min(timers.nextMs(), space.nextProbeMs());
    }

    /** Whether a download waits for space: then every pending delete is to hurry, and otherwise none. */
    public boolean spaceIsShort() {
        return space.isShort();
    }

    /** The ids whose rows may have changed since the last call. */
    public Set<ChunkId> takeChanged() {
        return steps.takeChanged();
    }

    /** The row of a chunk; empty if nothing of it is known any more. */
    public Optional<Row> row(ChunkId id) {
        Chunk chunk = chunks.get(id);
        return chunk == null ? Optional.empty() : Rows.of(chunk);
    }

    Chunks chunks() {
        return chunks;
    }

    Downloads downloads() {
        return downloads;
    }

    private Optional<Content> running(ChunkDirectory directory, long attempt) {
        return chunks.find(directory).filter(content -> content.phase.running() && content.attempt == attempt);
    }

    private Optional<Content> in(Phase phase, ChunkDirectory directory) {
        return chunks.find(directory).filter(content -> content.phase == phase);
    }

    private Optional<Content> complete(ChunkDirectory directory) {
        return chunks.find(directory).filter(content -> content.phase.complete());
    }

    private void undesired(ChunkId id) {
        Chunk chunk = chunks.get(id);
        if (chunk != null) {
            chunks.undesire(chunk);
        }
    }

    private void desiredSet(List<ChunkSpec> specs) {
        Map<ChunkId, ChunkSpec> byId = new LinkedHashMap<>();
        specs.forEach(spec -> byId.put(spec.id(), spec));
        for (Chunk chunk : List.copyOf(chunks.all())) {
            if (!byId.containsKey(chunk.id)) {
                chunks.undesire(chunk);
            }
        }
        byId.values().forEach(chunks::declare);
    }

    private void fetched(Content content, Event.Fetched event) {
        boolean wasCancelled = content.phase == Phase.CANCELLING;
        downloads.ended(content);
        ChunkSpec spec = content.chunk.spec;
        boolean asDeclared =
                spec != null && content.wanted() && (!wasCancelled || Match.ofFiles(event.files(), spec) == Match.SAME);
        if (asDeclared) {
            chunks.store(content, event.files());
        } else {
            chunks.release(content);
        }
    }

    private void failed(Content content, Event.Failed event) {
        boolean wasCancelled = content.phase == Phase.CANCELLING;
        downloads.ended(content);
        if (wasCancelled) {
            // It failed by a declaration that does not hold any more.
            content.bytes = event.bytesDone();
            chunks.release(content);
        } else {
            downloads.failed(content, event);
        }
    }

    private void cancelled(Content content, Event.Cancelled event) {
        if (content.phase == Phase.CANCELLING) {
            downloads.ended(content);
            chunks.release(content);
        } else {
            failed(
                    content,
                    new Event.Failed(
                            event.directory(), event.attempt(), Reason.QUEUED, "", false, 0, content.bytes, 0));
        }
    }

    private void stored(Content content) {
        if (content.wanted()) {
            chunks.publish(content);
            chunks.settle(content.chunk);
        } else {
            chunks.delete(content);
        }
    }

    private void storeFailed(Content content, Event.StoreFailed event) {
        long bytes = content.storedBytes();
        content.files = null;
        downloads.idle(content);
        if (content.wanted()) {
            downloads.failed(
                    content,
                    new Event.Failed(event.directory(), 0, event.reason(), event.message(), false, 0, bytes, bytes));
        } else {
            chunks.release(content);
        }
    }

    private void inspected(Content content, Event.Inspected event) {
        chunks.answered(content);
        content.files = event.files().orElse(null);
        content.unreadable = event.files().isEmpty();
        chunks.settle(content.chunk);
    }

    private void verified(Content content, Event.Verified event) {
        chunks.answered(content);
        content.files = event.files();
        chunks.settle(content.chunk);
    }

    private void damaged(Content content, String message) {
        Chunk chunk = content.chunk;
        boolean served = content.phase == Phase.LIVE;
        content.damaged = true;
        if (served) {
            chunks.retire(content);
        }
        if (served && content.wanted()) {
            chunk.damage = message;
            chunk.lost = content.directory;
        }
        chunks.lose(chunk, content);
    }

    private void drained(Content content) {
        chunks.delete(content);
        chunks.lose(content.chunk, content);
    }

    private void tick() {
        boolean mayHaveRoom = false;
        for (var due = timers.nextDue(); due.isPresent(); due = timers.nextDue()) {
            Content content = due.get();
            if (content.phase == Phase.RETIRING) {
                content.held = true;
                steps.changed(content.chunk);
            } else if (content.wait == Wait.TIME) {
                downloads.want(content);
            } else if (content.wait == Wait.SPACE) {
                mayHaveRoom = true;
            }
        }
        downloads.probe();
        if (mayHaveRoom) {
            review();
        }
    }

    private void review() {
        Space.Relief relief = space.review(chunks.all(), timers.nowMs());
        relief.admitted().forEach(downloads::admit);
        relief.dropped().ifPresent(chunks::drop);
        relief.retired().ifPresent(chunks::retire);
    }
}
