package io.datachunk.manager.state;

import io.datachunk.reader.format.SlotWord;
import java.util.List;

/**
 * Chunks of one dataset, which may overlap, as disjoint segments with exactly one chunk or none: what readers search.
 *
 * <p>Where several chunks cover a block, the one that reaches furthest is taken, and kept to its end: so a chunk begins at
 * most one segment, and at most one gap follows it.
 */
final class Flattening {
    private final long[] starts;
    private final int[] chunks;
    private int count;

    private Flattening(int most) {
        this.starts = new long[most];
        this.chunks = new int[most];
    }

    /**
     * A chunk to be found.
     *
     * @param start of its range, unsigned, as {@code end} is
     * @param name as {@link SlotWord#chunk} packs it
     */
    record Chunk(long start, long end, int name) implements Comparable<Chunk> {
        /** By where they start. */
        @Override
        public int compareTo(Chunk other) {
            return Long.compareUnsigned(start, other.start);
        }
    }

    /** Sweeps over chunks that are sorted by where they start, unsigned. */
    static Flattening of(List<Chunk> sorted) {
        int size = sorted.size();
        Flattening segments = new Flattening(2 * size);
        int next = 0;
        long at = size == 0 ? 0 : sorted.get(0).start;
        while (true) {
            Chunk furthest = null;
            while (next < size && Long.compareUnsigned(sorted.get(next).start, at) <= 0) {
                Chunk chunk = sorted.get(next++);
                if (reaches(chunk, furthest == null ? at : furthest.end)) {
                    furthest = chunk;
                }
            }
            if (furthest != null) {
                segments.append(at, furthest.name);
                at = furthest.end;
            } else if (next < size) {
                segments.append(at, SlotWord.NONE);
                at = sorted.get(next).start;
            } else {
                break;
            }
        }
        if (size > 0) {
            segments.append(at, SlotWord.NONE);
        }
        return segments;
    }

    private void append(long start, int chunk) {
        starts[count] = start;
        chunks[count++] = chunk;
    }

    int count() {
        return count;
    }

    /** Where a segment begins; it ends where the next begins, and the last is an empty one. */
    long start(int segment) {
        return starts[segment];
    }

    /** A segment's chunk as {@link SlotWord#chunk} packs it, {@link SlotWord#NONE} for a gap. */
    int chunk(int segment) {
        return chunks[segment];
    }

    private static boolean reaches(Chunk chunk, long block) {
        return Long.compareUnsigned(chunk.end, block) > 0;
    }
}
