package io.datachunk.reader;

import java.io.IOException;

/** How this process tells the manager which slots it holds. Thread-safe. */
sealed interface References permits Counters, Pins {

    /**
     * Takes a reference, to be confirmed by the slot's word afterwards; a full fence.
     *
     * @return whether it was taken; if not, the slot is being retired or looked at: search again
     */
    boolean acquire(int slot, int stripe);

    /** Gives back what {@link #acquire} took with the same stripe. */
    void release(int slot, int stripe);

    /** Whether there is any reference to what is in a slot. */
    boolean holds(int slot);

    boolean holdsAnything();

    /** What needs to be done every second. */
    void tick();

    /** Takes part no longer. Nothing is held, and nothing will be. */
    void leave() throws IOException;
}
