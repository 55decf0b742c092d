package io.datachunk.manager;

import io.datachunk.manager.plan.Row;
import io.datachunk.reader.ChunkId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The rows that anybody may read: written by the planner thread alone, read by all. Thread-safe. */
final class StatusBoard {
    private final Progress progress;
    private final Listeners<ChunkStatus> listeners;
    private final ConcurrentHashMap<ChunkId, Shown> rows = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> started = new CompletableFuture<>();

    StatusBoard(Progress progress, Listeners<ChunkStatus> listeners) {
        this.progress = progress;
        this.listeners = listeners;
    }

    private record Shown(Row row, Instant since) {}

    /**
     * Shows what the plan says of a chunk now, and tells the listeners if state or reason changed. What is shown before
     * {@link #started} is no change.
     */
    void show(ChunkId id, Optional<Row> said, Instant now) {
        if (said.isEmpty()) {
            rows.remove(id);
            return;
        }
        Row row = said.get();
        Shown before = rows.get(id);
        if (before != null && before.row.state() == row.state() && before.row.reason() == row.reason()) {
            rows.put(id, new Shown(row, before.since));
            return;
        }
        Shown shown = new Shown(row, now);
        rows.put(id, shown);
        if (started.isDone()) {
            listeners.tell(status(shown));
        }
    }

    /** All that the start found is shown. */
    void started() {
        started.complete(null);
    }

    /** Waits until all that the start found is shown: for the planner's thread, never for I/O. */
    void awaitStart() {
        started.join();
    }

    /** Waits for the start. */
    List<ChunkStatus> all() {
        awaitStart();
        return rows.values().stream().map(this::status).toList();
    }

    private ChunkStatus status(Shown shown) {
        Row row = shown.row;
        Progress.Bytes bytes = progress.of(row.directory());
        return new ChunkStatus(
                row.id(), row.state(), row.reason(), row.message(), bytes.done(), bytes.total(), shown.since);
    }
}
