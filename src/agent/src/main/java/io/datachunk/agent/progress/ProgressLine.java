package io.datachunk.agent.progress;

/** Progress as one line for a log. Stateless. */
final class ProgressLine {
    private ProgressLine() {}

    /** For example {@code 8 of 12 chunks ready, 2 downloading, 2 waiting; 190.0 of 288.0 MiB, 45.2 MiB/s, 3 s left}. */
    static String render(Progress progress) {
        StringBuilder line = new StringBuilder();
        line.append(progress.ready()).append(" of ").append(progress.wanted()).append(" chunks ready");
        append(line, progress.moving(), " downloading");
        append(line, progress.waiting(), " waiting");
        append(line, progress.failed(), " failed");
        append(line, progress.leaving(), " leaving");
        append(line, progress.held(), " held");
        line.append("; ").append(Quantity.bytes(progress.bytesDone()));
        line.append(" of ").append(Quantity.bytes(progress.bytesTotal()));
        if (progress.unsized() > 0) {
            line.append(" and more");
        }
        if (progress.isMoving()) {
            line.append(", ").append(Quantity.bytes(progress.bytesPerSecond())).append("/s");
        }
        progress.timeLeft()
                .ifPresent(left ->
                        line.append(", ").append(Quantity.duration(left)).append(" left"));
        return line.toString();
    }

    private static void append(StringBuilder line, int count, String what) {
        if (count > 0) {
            line.append(", ").append(count).append(what);
        }
    }
}
