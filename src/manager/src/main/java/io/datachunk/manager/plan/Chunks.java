package io.datachunk.manager.plan;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.StoredFile;
import io.datachunk.manager.plan.Content.Question;
import io.datachunk.manager.plan.Content.Wait;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every chunk that is desired or has bytes on disk, and what becomes of its contents when the declaration or what is
 * known of them changes. Owned by the planner thread.
 */
final class Chunks {
    /** Most chunks are not held when they are retired: the first look finds them drained within this time. */
    private static final long FIRST_LOOK_MS = 1_000;

    /** No chunk without content, unless it is desired. */
    private final Map<ChunkId, Chunk> byId = new HashMap<>();

    private final Downloads downloads;
    private final Timers timers;
    private final Space space;
    private final Steps steps;
    private long lastOrder;

    Chunks(Downloads downloads, Timers timers, Space space, Steps steps) {
        this.downloads = downloads;
        this.timers = timers;
        this.space = space;
        this.steps = steps;
    }

    Collection<Chunk> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    @Nullable
    Chunk get(ChunkId id) {
        return byId.get(id);
    }

    /** The content that has this directory. */
    Optional<Content> find(ChunkDirectory directory) {
        Chunk chunk = byId.get(directory.id());
        return chunk == null
                ? Optional.empty()
                : chunk.contents.stream()
                        .filter(content -> content.directory.equals(directory))
                        .findFirst();
    }

    /** Takes in a directory that was found at the start; the numbers of a chunk have to come in ascending order. */
    Content found(ChunkDirectory directory, Phase phase) {
        Chunk chunk = byId.computeIfAbsent(directory.id(), Chunk::new);
        Content content = new Content(chunk, directory, phase);
        chunk.contents.add(content);
        steps.changed(chunk);
        return content;
    }

    /** Somebody wants this content of this chunk. */
    void declare(ChunkSpec spec) {
        Chunk chunk = byId.computeIfAbsent(spec.id(), Chunk::new);
        if (spec.equals(chunk.spec)) {
            return;
        }
        if (chunk.spec != null && Match.ofSpecs(chunk.spec, spec) == Match.OTHER) {
            chunk.damage = null;
        }
        chunk.spec = spec;
        settle(chunk);
    }

    /** Nobody wants this chunk. */
    void undesire(Chunk chunk) {
        chunk.spec = null;
        chunk.target = null;
        chunk.damage = null;
        chunk.lost = null;
        steps.changed(chunk);
        for (Content content : List.copyOf(chunk.contents)) {
            letGo(content);
            if (content.phase == Phase.LIVE) {
                retire(content);
            }
        }
        forgetIfGone(chunk);
    }

    /**
     * Finds the content that the declaration asks for, best where it serves, then where it waits for readers, then where
     * it is being downloaded; else a new one. Whatever of the chunk is of no use then is let go.
     */
    void settle(Chunk chunk) {
        ChunkSpec spec = chunk.spec;
        if (spec == null) {
            return;
        }
        Content target = complete(chunk, spec).or(() -> begun(chunk, spec)).orElseGet(() -> chunk.plan(spec));
        if (target != chunk.target) {
            target.order = ++lastOrder;
        }
        chunk.target = target;
        chunk.lost = null;
        steps.changed(chunk);
        if (target.phase.complete()) {
            target.spec = spec;
            keep(target, spec);
        } else {
            download(target, spec);
        }
        boolean undecided = chunk.undecided();
        for (Content other : List.copyOf(chunk.contents)) {
            if (other == target) {
                continue;
            }
            if (undecided && other.phase == Phase.PARTIAL) {
                downloads.unwant(other);
            } else {
                letGo(other);
            }
        }
    }

    private static Optional<Content> complete(Chunk chunk, ChunkSpec spec) {
        return chunk.live()
                .filter(content -> Match.of(content, spec) != Match.OTHER)
                .or(() -> chunk.contents.reversed().stream()
                        .filter(content -> content.phase == Phase.RETIRING && !content.damaged)
                        .filter(content -> Match.of(content, spec) != Match.OTHER)
                        .findFirst());
    }

    private static Optional<Content> begun(Chunk chunk, ChunkSpec spec) {
        return chunk.contents.reversed().stream()
                .filter(content -> !content.phase.complete() && !content.phase.leaving())
                .filter(content -> Match.of(content, spec) == Match.SAME)
                .findFirst();
    }

    /** The bytes of the target are there, as far as known. */
    private void keep(Content target, ChunkSpec spec) {
        Match match = Match.of(target, spec);
        if (target.files == null) {
            ask(target, Question.INSPECT, spec);
            return;
        }
        if (target.phase == Phase.RETIRING) {
            publish(target);
        }
        if (match == Match.UNKNOWN) {
            ask(target, Question.VERIFY, spec);
        }
    }

    private void ask(Content content, Question question, ChunkSpec spec) {
        if (content.question != Question.NONE) {
            return;
        }
        content.question = question;
        if (question == Question.INSPECT) {
            steps.add(content.chunk, new Step.Inspect(content.directory));
        } else {
            steps.add(content.chunk, new Step.Verify(content.directory, spec));
        }
    }

    /** Something that was asked about a content has been answered. */
    void answered(Content content) {
        content.question = Question.NONE;
        steps.changed(content.chunk);
    }

    private void download(Content target, ChunkSpec spec) {
        boolean changed = !spec.equals(target.spec);
        target.spec = spec;
        target.neededBytes = declaredBytes(spec, target.neededBytes);
        if (changed) {
            target.backoff = new Backoff();
            target.trouble = null;
            target.shortSinceMs = Timers.NEVER;
        }
        if (target.phase.idle()) {
            if (changed) {
                downloads.unwant(target);
            }
            if (target.wait == Wait.NOTHING) {
                downloads.want(target);
            }
        } else if (target.phase == Phase.FETCHING && changed) {
            downloads.cancel(target);
        }
    }

    private static long declaredBytes(ChunkSpec spec, long otherwise) {
        return spec.files().stream().allMatch(file -> file.sizeBytes().isPresent())
                ? spec.files().stream()
                        .map(FileSpec::sizeBytes)
                        .mapToLong(size -> size.orElse(0))
                        .sum()
                : otherwise;
    }

    /** A download of this content has ended, and nothing is wrong with it. */
    void release(Content content) {
        if (content.wanted()) {
            downloads.wantAgain(content);
        } else if (!content.chunk.undecided()) {
            discard(content);
        }
    }

    /** A content that is not wanted (any more) and not complete. */
    private void letGo(Content content) {
        switch (content.phase) {
            case PLANNED -> {
                downloads.unwant(content);
                content.chunk.contents.remove(content);
            }
            case PARTIAL -> discard(content);
            case FETCHING -> downloads.cancel(content);
            case CANCELLING, STORING, DISCARDING, LIVE, RETIRING, DELETING -> {}
        }
    }

    /** Removes idle bytes from staging. */
    void discard(Content content) {
        downloads.unwant(content);
        content.phase = Phase.DISCARDING;
        steps.add(content.chunk, new Step.Discard(content.directory));
    }

    /** Removes the idle bytes of a download to make room for another; if it is wanted, it begins anew later. */
    void drop(Content content) {
        if (content.wanted() && content.chunk.spec != null) {
            Content heir = content.chunk.plan(content.chunk.spec);
            downloads.inherit(heir, content);
            content.chunk.target = heir;
        }
        discard(content);
    }

    /** Every file is in staging. */
    void store(Content content, List<StoredFile> files) {
        content.files = files;
        content.phase = Phase.STORING;
        steps.add(content.chunk, new Step.Store(content.directory, files));
    }

    /** Puts the target into the index, and takes out what served in its place. */
    void publish(Content target) {
        Optional<Content> served = target.chunk.superseded();
        target.phase = Phase.LIVE;
        target.held = false;
        target.trouble = null;
        target.chunk.damage = null;
        timers.clear(target);
        steps.add(target.chunk, new Step.Publish(target.directory));
        served.ifPresent(this::retire);
    }

    void retire(Content content) {
        content.phase = Phase.RETIRING;
        answered(content);
        awaitReaders(content);
        steps.add(content.chunk, new Step.Retire(content.directory));
    }

    /** A retired content that is not drained at the first look is held. */
    void awaitReaders(Content content) {
        timers.wake(content, FIRST_LOOK_MS);
    }

    void delete(Content content) {
        answered(content);
        timers.clear(content);
        content.phase = Phase.DELETING;
        steps.add(content.chunk, new Step.Delete(content.directory, space.isShort()));
    }

    /** The content that served or was about to again is not to be had any more. */
    void lose(Chunk chunk, Content content) {
        if (chunk.target == content) {
            chunk.target = null;
            settle(chunk);
        }
    }

    /** The bytes of a content are gone. */
    void gone(Content content) {
        content.chunk.contents.remove(content);
        steps.changed(content.chunk);
        forgetIfGone(content.chunk);
    }

    private void forgetIfGone(Chunk chunk) {
        if (chunk.contents.isEmpty() && !chunk.desired()) {
            byId.remove(chunk.id);
        }
    }
}
