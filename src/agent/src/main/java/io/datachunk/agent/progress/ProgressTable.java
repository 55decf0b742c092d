package io.datachunk.agent.progress;

import io.datachunk.agent.ChunkRow;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Progress as a few lines for a terminal: the sum, what moves, and what waits and why. Stateless. */
final class ProgressTable {
    /** Small enough to leave room for the log on a terminal of 24 lines. */
    private static final int MAX_ROWS = 10;

    private static final int BAR = 20;

    private ProgressTable() {}

    /** Lines of at most so many columns, without escape sequences. */
    static List<String> render(Progress progress, List<ChunkRow> rows, int columns) {
        List<String> lines = new ArrayList<>();
        lines.add(bar(progress.bytesDone(), progress.bytesTotal()) + " " + ProgressLine.render(progress));
        lines.add("disk: " + Quantity.bytes(progress.volume().availableBytes()) + " free of "
                + Quantity.bytes(progress.volume().capacityBytes()) + ", "
                + Quantity.bytes(progress.volume().reservedBytes()) + " reserved");
        List<ChunkRow> shown = rows.stream()
                .filter(ProgressTable::isOfInterest)
                .sorted(Comparator.comparingInt(ProgressTable::rank))
                .toList();
        shown.stream().limit(MAX_ROWS).map(ProgressTable::line).forEach(lines::add);
        if (shown.size() > MAX_ROWS) {
            lines.add("  … and " + (shown.size() - MAX_ROWS) + " more, see /v1/chunks");
        }
        return lines.stream().map(line -> cut(line, columns)).toList();
    }

    private static boolean isOfInterest(ChunkRow row) {
        return row.state() != State.READY || row.reason() == Reason.DELETES_HELD;
    }

    private static int rank(ChunkRow row) {
        return switch (row.state()) {
            case DOWNLOADING -> 0;
            case FAILED -> 1;
            case QUEUED -> row.reason() == Reason.QUEUED ? 4 : 2;
            case RETIRING, DELETING, READY -> 3;
        };
    }

    private static String line(ChunkRow row) {
        String name = row.name().or(row::id).orElse("?");
        String head = String.format(Locale.ROOT, "  %-24s ", name.length() > 24 ? name.substring(0, 23) + "…" : name);
        String why = row.message().isEmpty() ? "" : ": " + row.message();
        return head
                + switch (row.state()) {
                    case DOWNLOADING ->
                        row.bytesTotal().isPresent()
                                ? bar(row.bytesDone(), row.bytesTotal().getAsLong()) + " "
                                        + Quantity.bytes(row.bytesDone()) + " of "
                                        + Quantity.bytes(row.bytesTotal().getAsLong())
                                : Quantity.bytes(row.bytesDone());
                    case QUEUED ->
                        row.reason() == Reason.QUEUED
                                ? "waits for its turn"
                                : "waits, " + row.reason().camelCase() + why;
                    case FAILED -> "failed, " + row.reason().camelCase() + why;
                    case RETIRING -> "leaves, " + row.reason().camelCase() + why;
                    case DELETING -> "is being deleted";
                    case READY -> "held, " + row.reason().camelCase();
                };
    }

    private static String bar(long done, long total) {
        int filled = total <= 0 ? 0 : (int) Math.min(BAR, done * (double) BAR / total);
        return "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "]";
    }

    private static String cut(String line, int columns) {
        return line.length() <= columns ? line : line.substring(0, columns - 1) + "…";
    }
}
