package io.datachunk.manager.plan;

import io.datachunk.manager.Reason;
import io.datachunk.manager.plan.Content.Trouble;
import io.datachunk.manager.plan.Content.Wait;
import java.util.Objects;
import java.util.Random;

/** Which wanted contents are downloaded now, and what the others wait for. Owned by the planner thread. */
final class Downloads {
    /** A source that lacks or forbids a file may come to its senses. */
    private static final long LOOK_AGAIN_MS = 300_000;

    private final int chunksAtOnce;
    private final Random random;
    private final Timers timers;
    private final Space space;
    private final Steps steps;

    /** Exactly the contents that wait for their TURN; empty whenever a slot is free after an event. */
    private final FetchQueue queue = new FetchQueue();

    /** The number of contents that are FETCHING or CANCELLING, at most {@link #chunksAtOnce}. */
    private int running;

    private long lastAttempt;
    private long lastIdle;

    Downloads(int chunksAtOnce, Random random, Timers timers, Space space, Steps steps) {
        this.chunksAtOnce = chunksAtOnce;
        this.random = random;
        this.timers = timers;
        this.space = space;
        this.steps = steps;
    }

    int running() {
        return running;
    }

    /** An idle content is to be downloaded when its turn comes. */
    void want(Content content) {
        content.wait = Wait.TURN;
        queue.addLast(content);
    }

    /** A download that lost its slot by a change of mind goes on ahead of the others. */
    void wantAgain(Content content) {
        content.wait = Wait.TURN;
        queue.addFirst(content);
    }

    /** A content that waits for space has it now, or is to try. */
    void admit(Content content) {
        unwant(content);
        content.admittedBytes = content.missingBytes();
        want(content);
    }

    /** An idle content waits for nothing any more. */
    void unwant(Content content) {
        switch (content.wait) {
            case TURN -> queue.remove(content);
            case SPACE -> space.remove(content);
            case NOTHING, TIME, DECLARATION -> {}
        }
        timers.clear(content);
        content.wait = Wait.NOTHING;
        content.admittedBytes = 0;
    }

    /** {@code heir} takes the place of a partial that is dropped, and waits as it did. */
    void inherit(Content heir, Content dropped) {
        Wait wait = dropped.wait;
        long wakeAtMs = dropped.wakeAtMs;
        unwant(dropped);
        heir.spec = dropped.spec;
        heir.order = dropped.order;
        heir.backoff = dropped.backoff;
        heir.trouble = dropped.trouble;
        heir.neededBytes = dropped.neededBytes;
        heir.doubtfulRefusals = dropped.doubtfulRefusals;
        heir.refusedBytes = dropped.refusedBytes;
        heir.shortSinceMs = dropped.shortSinceMs;
        heir.wait = wait;
        timers.wakeAt(heir, wakeAtMs);
        switch (wait) {
            case TURN -> queue.addLast(heir);
            case SPACE -> space.add(heir, timers.nowMs());
            case NOTHING, TIME, DECLARATION -> {}
        }
    }

    /** Tries some that wait for space once in a while, whatever the volume says. */
    void probe() {
        space.probe(chunksAtOnce, timers.nowMs()).forEach(this::admit);
    }

    void cancel(Content content) {
        content.phase = Phase.CANCELLING;
        steps.add(content.chunk, new Step.Cancel(content.directory, content.attempt));
    }

    /** A download has ended somehow: its slot is free, and its bytes are idle. */
    void ended(Content content) {
        running--;
        idle(content);
    }

    /** A content has bytes in staging and nothing runs. */
    void idle(Content content) {
        content.phase = Phase.PARTIAL;
        content.idleSince = ++lastIdle;
        steps.changed(content.chunk);
    }

    /** A try of an idle, wanted content has failed. */
    void failed(Content content, Event.Failed failure) {
        boolean progress = content.backoff.progress(failure.bytesDone());
        content.bytes = failure.bytesDone();
        if (failure.neededBytes() > 0) {
            content.neededBytes = failure.neededBytes();
        }
        if (failure.reason() == Reason.INSUFFICIENT_SPACE) {
            waitForSpace(content, failure.message(), progress);
            return;
        }
        content.shortSinceMs = Timers.NEVER;
        boolean lasting = failure.permanent()
                || (failure.reason() == Reason.CHECKSUM_MISMATCH && content.backoff.wrongDigestAgain());
        content.trouble = new Trouble(failure.reason(), failure.message(), lasting);
        if (!lasting) {
            content.wait = Wait.TIME;
            timers.wake(content, Math.max(content.backoff.nextMs(random), failure.retryAfterMs()));
        } else if (failure.reason() == Reason.NOT_FOUND || failure.reason() == Reason.FORBIDDEN) {
            content.wait = Wait.TIME;
            timers.wake(content, LOOK_AGAIN_MS);
        } else {
            content.wait = Wait.DECLARATION;
        }
    }

    private void waitForSpace(Content content, String message, boolean progress) {
        if (progress || content.shortSinceMs == Timers.NEVER) {
            content.shortSinceMs = timers.nowMs();
        }
        String text = content.neededBytes > 0 && space.free().isPresent()
                ? "needs " + content.neededBytes + " bytes, of which " + content.bytes + " are there; "
                        + Math.max(0, space.free().getAsLong()) + " are free"
                : message;
        content.trouble = new Trouble(Reason.INSUFFICIENT_SPACE, text, false);
        content.wait = Wait.SPACE;
        content.refusedBytes = 0;
        if (space.seemsEnoughFor(content)) {
            // The volume says one thing and does another: no inodes, a quota, or a size that nobody knows yet.
            timers.wake(content, content.backoff.nextMs(random));
            content.refusedBytes = ++content.doubtfulRefusals < 2
                    ? 0
                    : Math.max(0, space.free().orElse(0));
        } else {
            content.doubtfulRefusals = 0;
        }
        space.add(content, timers.nowMs());
    }

    /** Fills the free slots. */
    void startNext() {
        while (running < chunksAtOnce) {
            var next = queue.poll();
            if (next.isEmpty()) {
                return;
            }
            Content content = next.get();
            content.wait = Wait.NOTHING;
            content.admittedBytes = 0;
            content.phase = Phase.FETCHING;
            content.attempt = ++lastAttempt;
            running++;
            steps.add(
                    content.chunk,
                    new Step.Fetch(content.directory, Objects.requireNonNull(content.spec), content.attempt));
        }
    }
}
