package io.datachunk.agent.source;

import java.io.IOException;
import java.util.function.Consumer;

/** Where the desired state of this node comes from. Thread-safe. */
public interface DesiredSource extends AutoCloseable {

    /**
     * Begins to read. The listener gets the whole state once everything has been read once, and again after each change:
     * one call at a time, from a thread of the source. What it gets it keeps; it may not block for long.
     *
     * @throws IOException in one line that says what to change, if the source cannot be read at all
     */
    void start(Consumer<DesiredState> listener) throws IOException;

    /** What of it has not been read yet, for people, as long as the listener has got nothing. */
    default String waitsFor() {
        return "the declared chunks have not been read yet";
    }

    /** Ends the thread; no call of the listener begins afterwards. */
    @Override
    void close();
}
