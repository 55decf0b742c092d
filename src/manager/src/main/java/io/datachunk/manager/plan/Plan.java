package io.datachunk.manager.plan;

import io.datachunk.reader.ChunkId;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Desired state and what is known of the disk. Owned by the planner thread. */
public final class Plan {

    /**
     * @param chunksAtOnce how many downloads may run at the same time
     * @param seed of the jitter of the back-off
     */
    public Plan(int chunksAtOnce, long seed) {}

    /**
     * What the start found. Complete directories are desired until somebody says otherwise; retiring ones are not.
     *
     * @return the first steps
     */
    public List<Step> begin(Found found, long nowMs) {
        throw new UnsupportedOperationException(found + " " + nowMs);
    }

    /**
     * @param live complete directories, published
     * @param retiring complete directories whose deletion had begun while somebody held them
     * @param deleting complete directories that nobody can hold any more
     * @param partial staging directories with a resume record
     */
    public record Found(
            Collection<ChunkDirectory> live,
            Collection<ChunkDirectory> retiring,
            Collection<ChunkDirectory> deleting,
            Collection<ChunkDirectory> partial) {}

    /** Takes one event and gives the steps that follow, in order. */
    public List<Step> on(Event event, long nowMs) {
        throw new UnsupportedOperationException(event + " " + nowMs);
    }

    /** When the next {@link Event.Tick} is wanted, on the clock of {@code nowMs}; {@link Long#MAX_VALUE}: not at all. */
    public long nextTickMs() {
        throw new UnsupportedOperationException();
    }

    /** Whether a download waits for space: then every pending delete is to hurry, and otherwise none. */
    public boolean spaceIsShort() {
        throw new UnsupportedOperationException();
    }

    /** The ids whose rows may have changed since the last call. */
    public Set<ChunkId> takeChanged() {
        throw new UnsupportedOperationException();
    }

    /** The row of a chunk; empty if nothing of it is known any more. */
    public Optional<Row> row(ChunkId id) {
        throw new UnsupportedOperationException(id.toString());
    }
}
