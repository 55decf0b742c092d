package io.datachunk.manager.plan;

import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import io.datachunk.manager.plan.Content.Question;
import io.datachunk.manager.plan.Content.Trouble;
import java.util.Comparator;
import java.util.Optional;

/** What a chunk's life looks like from outside: functions of one chunk. */
final class Rows {
    private static final String STILL_SERVED = "the content declared before is still served";

    private Rows() {}

    static Optional<Row> of(Chunk chunk) {
        if (chunk.target != null) {
            return Optional.of(wanted(chunk, chunk.target));
        }
        if (chunk.lost != null) {
            return Optional.of(new Row(
                    chunk.id,
                    State.QUEUED,
                    Reason.DAMAGED,
                    chunk.damage + ": declare the chunk again to have it downloaded again",
                    chunk.lost));
        }
        return chunk.contents.stream()
                .max(Comparator.comparingInt(Rows::liveliness).thenComparingInt(content -> content.directory.content()))
                .map(Rows::unwanted);
    }

    private static Row wanted(Chunk chunk, Content target) {
        return switch (target.phase) {
            case LIVE ->
                row(target, State.READY, target.question == Question.NONE ? Reason.READY : Reason.VERIFYING, "");
            case FETCHING, STORING ->
                chunk.damage == null
                        ? row(target, State.DOWNLOADING, Reason.DOWNLOADING, served(chunk, ""))
                        : damaged(chunk, target);
            case PLANNED, PARTIAL, CANCELLING -> waiting(chunk, target);
            case RETIRING -> row(target, State.QUEUED, Reason.QUEUED, served(chunk, "reads what is still there"));
            case DISCARDING, DELETING -> row(target, State.DELETING, Reason.DELETING, "");
        };
    }

    private static Row waiting(Chunk chunk, Content target) {
        Trouble trouble = target.trouble;
        if (trouble != null && trouble.lasting()) {
            return row(target, State.FAILED, trouble.reason(), served(chunk, trouble.message()));
        }
        if (chunk.damage != null) {
            return damaged(chunk, target);
        }
        return trouble == null
                ? row(target, State.QUEUED, Reason.QUEUED, served(chunk, ""))
                : row(target, State.QUEUED, trouble.reason(), served(chunk, trouble.message()));
    }

    private static Row damaged(Chunk chunk, Content target) {
        Trouble trouble = target.trouble;
        String last = trouble == null ? "" : "; " + trouble.reason().camelCase() + ": " + trouble.message();
        return row(target, State.QUEUED, Reason.DAMAGED, chunk.damage + "; is downloaded again" + last);
    }

    private static Row unwanted(Content content) {
        return switch (content.phase) {
            case RETIRING ->
                row(content, State.RETIRING, content.held ? Reason.WAITING_FOR_REFERENCES : Reason.QUEUED, "");
            case PARTIAL ->
                row(
                        content,
                        State.QUEUED,
                        Reason.QUEUED,
                        "an interrupted download was found: it goes on once the chunk is declared");
            case PLANNED, FETCHING, CANCELLING, STORING, DISCARDING, LIVE, DELETING ->
                row(content, State.DELETING, Reason.DELETING, "");
        };
    }

    private static int liveliness(Content content) {
        return switch (content.phase) {
            case RETIRING -> 2;
            case PARTIAL -> 1;
            case PLANNED, FETCHING, CANCELLING, STORING, DISCARDING, LIVE, DELETING -> 0;
        };
    }

    private static String served(Chunk chunk, String message) {
        if (chunk.superseded().isEmpty()) {
            return message;
        }
        return message.isEmpty() ? STILL_SERVED : message + "; " + STILL_SERVED;
    }

    private static Row row(Content content, State state, Reason reason, String message) {
        return new Row(content.chunk.id, state, reason, message, content.directory);
    }
}
