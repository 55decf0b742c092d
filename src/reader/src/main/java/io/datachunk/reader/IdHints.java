package io.datachunk.reader;

import io.datachunk.reader.format.SlotWord;
import io.datachunk.reader.format.StateFile;
import java.util.HashMap;
import java.util.Map;

/** Which slot each live chunk was in at one version of the state: where to look, to be confirmed there. Immutable. */
final class IdHints {
    private final StateFile state;
    private final long version;
    private final Map<ChunkId, Integer> slots;

    private IdHints(StateFile state, long version, Map<ChunkId, Integer> slots) {
        this.state = state;
        this.version = version;
        this.slots = slots;
    }

    static IdHints of(StateFile state, long version) {
        Map<ChunkId, Integer> slots = new HashMap<>();
        for (int slot = 0; slot < state.capacity(); slot++) {
            if (SlotWord.state(state.slotWord(slot)) == SlotWord.LIVE) {
                slots.put(state.id(slot), slot);
            }
        }
        return new IdHints(state, version, slots);
    }

    boolean areOf(StateFile otherState, long otherVersion) {
        return state == otherState && version == otherVersion;
    }

    /** Negative if there is none. */
    int slotOf(ChunkId id) {
        return slots.getOrDefault(id, -1);
    }
}
