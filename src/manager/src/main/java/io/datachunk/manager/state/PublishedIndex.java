package io.datachunk.manager.state;

import io.datachunk.manager.Holder;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The state files as their one writer has them. Owned by the planner thread, except where a method says otherwise. */
public final class PublishedIndex implements AutoCloseable {

    /** What the state of this boot remembered of a chunk when it was opened. */
    public enum Remembered {
        LIVE,
        RETIRING,
        DELETING
    }

    private PublishedIndex() {}

    /** The volume that the state of this boot belongs to; empty if there is no state of this boot. Takes no lock. */
    public static Optional<UUID> rememberedVolume(Path stateDir) {
        throw new UnsupportedOperationException();
    }

    /** Takes {@code agent.lock} (retrying for 15 s) and maps, recovers or makes the state. */
    public static PublishedIndex open(Path stateDir, UUID volume) throws IOException {
        throw new UnsupportedOperationException(stateDir + " " + volume);
    }

    /** What was remembered at {@link #open}, LIVE ones included: they stay published until the first change. */
    public Map<ChunkDirectory, Remembered> remembered() {
        throw new UnsupportedOperationException();
    }

    /** Publishes one snapshot with {@code added} (new or RETIRING ones) and without {@code retired}, which start RETIRING. */
    public void change(Collection<ChunkDirectory> added, Collection<ChunkDirectory> retired) {
        throw new UnsupportedOperationException();
    }

    /** Looks at every reference; RETIRING chunks without any become DELETING and are returned, once. */
    public List<ChunkDirectory> drained() {
        throw new UnsupportedOperationException();
    }

    /** The directory of a DELETING chunk is out of the way: its slot is free for another. */
    public void deleted(ChunkDirectory chunk) {
        throw new UnsupportedOperationException();
    }

    /** Who holds what, as of the last {@link #drained()} or asked now. Any thread. */
    public Map<ChunkDirectory, List<Holder>> holders() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
