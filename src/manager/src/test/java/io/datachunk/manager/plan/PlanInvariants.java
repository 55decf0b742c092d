package io.datachunk.manager.plan;

import io.datachunk.manager.plan.Content.Question;
import io.datachunk.manager.plan.Content.Wait;

/** What is written beside the fields of the plan, checked. */
final class PlanInvariants {
    private PlanInvariants() {}

    static void check(Plan plan, int chunksAtOnce) {
        int running = 0;
        int queued = 0;
        boolean waitsForSpace = false;
        for (Chunk chunk : plan.chunks().all()) {
            checkChunk(chunk);
            for (Content content : chunk.contents) {
                checkContent(content);
                running += content.phase.running() ? 1 : 0;
                queued += content.wait == Wait.TURN ? 1 : 0;
                waitsForSpace |= content.wait == Wait.SPACE;
                require(plan.nextTickMs() <= content.wakeAtMs, "is woken in time", content);
            }
        }
        require(plan.downloads().running() == running, "the slots are counted", running);
        require(running <= chunksAtOnce, "no more downloads than allowed", running);
        require(running == chunksAtOnce || queued == 0, "no free slot while somebody waits for one", queued);
        require(plan.spaceIsShort() == waitsForSpace, "space is short while somebody waits for it", waitsForSpace);
    }

    private static void checkChunk(Chunk chunk) {
        require(chunk.desired() || !chunk.contents.isEmpty(), "something is known", chunk.id);
        require(Rows.of(chunk).isPresent(), "has a row", chunk.id);
        int live = 0;
        int lastNumber = 0;
        for (Content content : chunk.contents) {
            live += content.phase == Phase.LIVE ? 1 : 0;
            require(content.directory.content() > lastNumber, "numbers ascend", content);
            lastNumber = content.directory.content();
        }
        require(live <= 1, "at most one content is live", chunk.id);
        Content target = chunk.target;
        require(chunk.spec == null || target != null, "a declaration has a target", chunk.id);
        require(chunk.lost == null || target == null, "what is lost has no target", chunk.id);
        if (target != null) {
            require(chunk.contents.contains(target), "the target is a content of the chunk", target);
            require(!target.damaged && !target.phase.leaving(), "the target can be had", target);
            require(chunk.spec != null || target.phase == Phase.LIVE, "what is not declared was found", target);
            require(chunk.spec == null || chunk.spec.equals(target.spec), "the target knows its declaration", target);
            require(target.phase != Phase.LIVE || chunk.damage == null, "nothing is damaged once ready", target);
        }
    }

    private static void checkContent(Content content) {
        Chunk chunk = content.chunk;
        boolean wanted = content.wanted();
        require(
                wanted || (content.phase != Phase.PLANNED && content.phase != Phase.FETCHING),
                "only what is wanted is planned or fetched",
                content);
        if (content.phase == Phase.LIVE && !wanted) {
            require(
                    chunk.target != null && chunk.target.phase != Phase.LIVE,
                    "serves in place of what is wanted",
                    content);
        }
        require(content.phase != Phase.LIVE || !content.damaged, "nothing damaged is live", content);
        require(
                (content.wait != Wait.NOTHING) == (wanted && content.phase.idle()),
                "waits exactly if it is wanted and idle",
                content);
        require(content.wait != Wait.TIME || content.wakeAtMs != Timers.NEVER, "a wait for time ends", content);
        require(content.question == Question.NONE || content.phase.complete(), "asked while complete", content);
        require(content.phase != Phase.STORING || content.files != null, "knows what it stores", content);
        require(content.admittedBytes == 0 || content.wait == Wait.TURN, "admitted while it queues", content);
        if (content.phase == Phase.PARTIAL && !wanted && chunk.spec != null) {
            require(chunk.undecided(), "is kept for a reason", content);
        }
    }

    private static void require(boolean holds, String rule, Object about) {
        if (!holds) {
            throw new AssertionError("not so: " + rule + ": " + about);
        }
    }
}
