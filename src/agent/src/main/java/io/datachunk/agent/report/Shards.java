package io.datachunk.agent.report;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.DataChunkApi;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Entries dealt out to slices by a hash of their names. Immutable.
 *
 * <p>There are as many slices as a power of two; an entry keeps its slice while their number stays. When one is full the number
 * doubles: each slice then keeps about half of its entries, and the rest goes to one new slice.
 *
 * @param count a power of two
 * @param slices by number; those without entries are left out
 */
record Shards(int count, SortedMap<Integer, List<ChunkEntry>> slices) {
    /** Two million entries: far beyond what a node or an API server holds. */
    private static final int MAX_COUNT = 1 << 12;

    private static final Comparator<ChunkEntry> BY_NAME =
            Comparator.comparing(ChunkEntry::namespace).thenComparing(ChunkEntry::name);

    /**
     * Deals entries out.
     *
     * @param entries each of another object
     * @param before the count that was in use; it is left only when a slice is full, or when half of it is plenty
     */
    static Shards of(Collection<ChunkEntry> entries, int before) {
        int count = before;
        while (largest(entries, count) > DataChunkApi.MAX_SLICE_ENTRIES && count < MAX_COUNT) {
            count *= 2;
        }
        while (count > 1 && largest(entries, count / 2) <= DataChunkApi.MAX_SLICE_ENTRIES / 2) {
            count /= 2;
        }
        SortedMap<Integer, List<ChunkEntry>> slices = new TreeMap<>();
        for (ChunkEntry entry : entries) {
            slices.computeIfAbsent(slice(entry, count), _ -> new ArrayList<>()).add(entry);
        }
        slices.replaceAll((_, dealt) -> dealt.stream()
                .sorted(BY_NAME)
                .limit(DataChunkApi.MAX_SLICE_ENTRIES)
                .toList());
        return new Shards(count, slices);
    }

    private static int largest(Collection<ChunkEntry> entries, int count) {
        int[] sizes = new int[count];
        int largest = 0;
        for (ChunkEntry entry : entries) {
            largest = Math.max(largest, ++sizes[slice(entry, count)]);
        }
        return largest;
    }

    /** The low bits of a hash whose every bit depends on every character: names mostly differ in their last digits alone. */
    private static int slice(ChunkEntry entry, int count) {
        long hash = 0xcbf29ce484222325L;
        String key = entry.key();
        for (int at = 0; at < key.length(); at++) {
            hash = (hash ^ key.charAt(at)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
        return (int) (hash >>> 40) & (count - 1);
    }
}
