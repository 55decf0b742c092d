package io.datachunk.manager.state;

import io.datachunk.manager.state.PublishedIndex.Remembered;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.SlotWord;
import io.datachunk.reader.format.StateFile;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * What is in each slot of a state file, in memory and in the file. Owned by the {@link PublishedIndex}, the only writer of
 * slot words.
 *
 * <p>The slot that was free longest is used first: so what a closed reference says about its chunk stays right for long.
 */
final class Slots {
    private final StateFile state;

    /** The slot words, as the file has them. */
    private final long[] words;

    private final ChunkDirectory[] directories;
    private final Map<ChunkDirectory, Integer> slots;
    private final Queue<Integer> free;
    private final BitSet retiring = new BitSet();

    private Slots(StateFile state) {
        this.state = state;
        this.words = state.slotWords();
        this.directories = new ChunkDirectory[state.capacity()];
        this.slots = HashMap.newHashMap(state.capacity());
        this.free = new ArrayDeque<>(state.capacity());
    }

    /** What the file says. */
    static Slots of(StateFile state) {
        Slots slots = new Slots(state);
        for (int slot = 0; slot < state.capacity(); slot++) {
            int word = slots.word(slot);
            if (word == SlotWord.FREE) {
                slots.free.add(slot);
            } else {
                slots.directories[slot] = state.directory(slot);
                slots.slots.put(slots.directories[slot], slot);
                slots.retiring.set(slot, word == SlotWord.RETIRING);
            }
        }
        return slots;
    }

    /** The same chunks in the same slots of a file that nobody reads yet. */
    Slots copyTo(StateFile other) {
        for (int slot = 0; slot < state.capacity(); slot++) {
            if (word(slot) != SlotWord.FREE) {
                other.setDirectory(slot, directories[slot]);
            }
            other.setSlotWord(slot, words[slot]);
        }
        return of(other);
    }

    Map<ChunkDirectory, Remembered> remembered() {
        Map<ChunkDirectory, Remembered> all = new LinkedHashMap<>();
        for (int slot = 0; slot < words.length; slot++) {
            switch (word(slot)) {
                case SlotWord.FREE -> {}
                case SlotWord.LIVE -> all.put(directories[slot], Remembered.LIVE);
                case SlotWord.RETIRING -> all.put(directories[slot], Remembered.RETIRING);
                default -> all.put(directories[slot], Remembered.DELETING);
            }
        }
        return Collections.unmodifiableMap(all);
    }

    private int word(int slot) {
        return SlotWord.state(words[slot]);
    }

    private void set(int slot, long generation, int newState) {
        words[slot] = SlotWord.of(generation, newState);
        state.setSlotWord(slot, words[slot]);
    }

    private void set(int slot, int newState) {
        set(slot, SlotWord.generation(words[slot]), newState);
    }

    boolean isLive(int slot) {
        return word(slot) == SlotWord.LIVE;
    }

    /** How snapshots name what a slot holds. */
    int name(int slot) {
        return SlotWord.chunk(slot, words[slot]);
    }

    ChunkDirectory directory(int slot) {
        return directories[slot];
    }

    /** The slot of a chunk, if it is in that state. */
    Optional<Integer> find(ChunkDirectory chunk, int inState) {
        return Optional.ofNullable(slots.get(chunk)).filter(slot -> word(slot) == inState);
    }

    /** Whether a chunk is new, or its retirement can be taken back. */
    boolean mayGoLive(ChunkDirectory chunk) {
        Integer slot = slots.get(chunk);
        return slot == null || word(slot) == SlotWord.RETIRING;
    }

    /** How many slots there need to be for chunks that are each there once. */
    int neededFor(Collection<ChunkDirectory> added) {
        long fresh = added.stream().filter(chunk -> !slots.containsKey(chunk)).count();
        return (int) Math.min(Integer.MAX_VALUE, directories.length - free.size() + fresh);
    }

    /** Whether there are free slots for so many chunks. */
    boolean haveRoomFor(int chunks) {
        return chunks <= free.size();
    }

    /** Makes a chunk live in the slot that it has, or in a free one. */
    int goLive(ChunkDirectory chunk) {
        Integer known = slots.get(chunk);
        int slot = known == null ? free.remove() : known;
        if (known == null) {
            directories[slot] = chunk;
            slots.put(chunk, slot);
            state.setDirectory(slot, chunk);
        }
        retiring.clear(slot);
        set(slot, SlotWord.LIVE);
        return slot;
    }

    void retire(int slot) {
        retiring.set(slot);
        set(slot, SlotWord.RETIRING);
    }

    void delete(int slot) {
        retiring.clear(slot);
        set(slot, SlotWord.DELETING);
    }

    /** Under another generation: who still has the old one sees that it is gone. */
    void free(int slot) {
        slots.remove(directories[slot]);
        set(slot, SlotWord.generation(words[slot]) + 1, SlotWord.FREE);
        free.add(slot);
    }

    /** A new set. */
    BitSet retiring() {
        return (BitSet) retiring.clone();
    }

    /** Each once: two contents of one id may be live. */
    List<ChunkId> liveIds() {
        Set<ChunkId> ids = HashSet.newHashSet(slots.size());
        for (int slot = 0; slot < words.length; slot++) {
            if (isLive(slot)) {
                ids.add(directories[slot].id());
            }
        }
        return List.copyOf(ids);
    }

    /** Those that are not free, in a new set. */
    BitSet used() {
        BitSet used = new BitSet();
        slots.values().forEach(used::set);
        return used;
    }
}
