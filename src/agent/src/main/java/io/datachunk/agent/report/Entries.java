package io.datachunk.agent.report;

import io.datachunk.agent.ChunkRow;
import io.datachunk.agent.source.ObjectVersion;
import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkState;
import io.datachunk.api.DataChunkApi;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Holder;
import io.datachunk.manager.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of the agent as entries of slices. Stateless. */
final class Entries {
    private static final int HOLDERS_NAMED = 2;

    private Entries() {}

    /** An entry for each row that an object of the API server declares. */
    static List<ChunkEntry> of(List<ChunkRow> rows) {
        return rows.stream()
                .flatMap(row -> row.object().map(object -> entry(row, object)).stream())
                .toList();
    }

    private static ChunkEntry entry(ChunkRow row, ObjectVersion object) {
        return new ChunkEntry(
                object.namespace(),
                object.name(),
                object.uid(),
                object.generation(),
                state(row.state()),
                row.reason().camelCase(),
                message(row),
                row.bytesDone(),
                row.bytesTotal().isPresent() ? row.bytesTotal().getAsLong() : null,
                time(row.since()));
    }

    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static ChunkState state(State state) {
        return switch (state) {
            case QUEUED -> ChunkState.QUEUED;
            case DOWNLOADING -> ChunkState.DOWNLOADING;
            case READY -> ChunkState.READY;
            case FAILED -> ChunkState.FAILED;
            case RETIRING -> ChunkState.RETIRING;
            case DELETING -> ChunkState.DELETING;
        };
    }

    private static @Nullable String message(ChunkRow row) {
        String text =
                row.reason() == Reason.WAITING_FOR_REFERENCES && !row.holders().isEmpty()
                        ? "held by " + holders(row.holders())
                        : row.message();
        return text.isBlank() ? null : shortened(text);
    }

    private static String holders(List<Holder> holders) {
        String named =
                holders.stream().limit(HOLDERS_NAMED).map(Entries::holder).collect(Collectors.joining(", "));
        int others = holders.size() - HOLDERS_NAMED;
        return others > 0 ? named + " and " + others + " more" : named;
    }

    private static String holder(Holder holder) {
        return switch (holder) {
            case Holder.Counted counted ->
                counted.command() + " (process " + counted.pid() + " of " + counted.host() + ") since "
                        + time(counted.since());
            case Holder.Pinned() -> "a reader that is known by its lock alone";
        };
    }

    /** Bounded in characters as the schema counts them. */
    private static String shortened(String text) {
        int characters = text.codePointCount(0, text.length());
        return characters <= DataChunkApi.MAX_MESSAGE_CHARACTERS
                ? text
                : text.substring(0, text.offsetByCodePoints(0, DataChunkApi.MAX_MESSAGE_CHARACTERS - 1)) + "…";
    }
}
