package io.datachunk.reader.format;

/**
 * The word that says what a slot holds: {@code generation << 8 | state}. Only the manager's planner thread writes it.
 *
 * <p>Buckets and segments name a chunk by {@code slot << 8 | generation & 0xff}, in 32 bits. Eight bits of the generation
 * are enough there: a snapshot is believed only while at most two newer ones exist, and in that time no slot comes round
 * 256 times.
 */
public final class SlotWord {
    public static final int FREE = 0;
    public static final int LIVE = 1;
    public static final int RETIRING = 2;
    public static final int DELETING = 3;

    /** In place of a chunk: no chunk covers these blocks. */
    public static final int NONE = -1;

    /** In place of a bucket's lower chunk: look into the segments. */
    public static final int SEARCH = -2;

    private static final int MASK = 0xff;

    private SlotWord() {}

    public static long of(long generation, int state) {
        return generation << 8 | state;
    }

    public static int state(long word) {
        return (int) word & MASK;
    }

    public static long generation(long word) {
        return word >>> 8;
    }

    /** How buckets and segments name the chunk that a slot holds now. */
    public static int chunk(int slot, long word) {
        return slot << 8 | (int) (word >>> 8) & MASK;
    }

    public static int slotOf(int chunk) {
        return chunk >>> 8;
    }

    /** Whether the slot still holds that chunk, and readers may take references. */
    public static boolean isLive(long word, int chunk) {
        return ((int) word & 0xffff) == ((chunk & MASK) << 8 | LIVE);
    }
}
