package io.datachunk.agent.source;

/** A text is not what its format wants; the message says where and why. */
final class UnreadableTextException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int line;

    /**
     * A problem.
     *
     * @param line counted from 1
     */
    UnreadableTextException(int line, String message) {
        super(message.lines().findFirst().orElse(message));
        this.line = line;
    }

    int line() {
        return line;
    }
}
