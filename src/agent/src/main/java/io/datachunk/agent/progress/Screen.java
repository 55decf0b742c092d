package io.datachunk.agent.progress;

import java.io.PrintStream;
import java.util.List;

/** Standard output of the agent: lines that stay, and on a terminal a block below them that is drawn anew. Thread-safe. */
public final class Screen {
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream out;

    /** Guarded by this: what is below the last line that stays. */
    private List<String> block = List.of();

    /** A screen that shows nothing yet. */
    public Screen(PrintStream out) {
        this.out = out;
    }

    /** Writes whole lines that stay. */
    public synchronized void write(byte[] lines) {
        StringBuilder sequence = erase();
        out.print(sequence);
        out.write(lines, 0, lines.length);
        sequence.setLength(0);
        block.forEach(line -> sequence.append(line).append('\n'));
        out.print(sequence);
        out.flush();
    }

    /** Replaces the block. */
    synchronized void draw(List<String> lines) {
        StringBuilder sequence = erase();
        block = List.copyOf(lines);
        block.forEach(line -> sequence.append(line).append('\n'));
        out.print(sequence);
        out.flush();
    }

    private StringBuilder erase() {
        return new StringBuilder(block.isEmpty() ? "" : "\u001b[" + block.size() + "A" + CLEAR_BELOW);
    }
}
