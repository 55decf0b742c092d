package io.datachunk.manager.store;

import io.datachunk.reader.format.ChunkDirectory;

/** One thread that unlinks. Thread-safe; its methods return at once. */
public final class Deleter implements AutoCloseable {

    /** Starts with whatever is in the trash already. */
    public Deleter(ChunkStore store) {}

    /**
     * Moves a complete directory to the trash and unlinks it, one file at a time with pauses.
     *
     * @param moved called from the deleter's thread once the directory has left its place
     * @param deleted called from the deleter's thread once the bytes are gone
     */
    public void delete(ChunkDirectory directory, Runnable moved, Runnable deleted) {
        throw new UnsupportedOperationException(directory + " " + moved + " " + deleted);
    }

    /** The same for a staging directory. */
    public void discard(ChunkDirectory directory, Runnable deleted) {
        throw new UnsupportedOperationException(directory + " " + deleted);
    }

    /** Whether to do without pauses, for space is short. */
    public void setHurry(boolean hurry) {
        throw new UnsupportedOperationException(String.valueOf(hurry));
    }

    @Override
    public void close() {}
}
