package io.datachunk.reader.format;

import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.lang.invoke.VarHandle;
import java.nio.LongBuffer;
import java.nio.MappedByteBuffer;
import java.util.UUID;

/**
 * The file {@code state.<epoch>}: what is ready, for readers to map.
 *
 * <pre>
 *      0  magic i64 · abi i32 (written last) · capacity i32 · epoch i64 · pinning epoch i64 · boot id · volume
 *     64  current    i64   version of the newest snapshot; negative: superseded, open again     (own cache line)
 *    128  heartbeat  i64   one more every second                                                (own cache line)
 *   4096  slotWord[capacity]    i64, see {@link SlotWord}
 *         slotMeta[capacity]    96 bytes: dataset 32 · chunk id 32 · start · end · content i32 · padding
 *         snapshot[4]           see {@link SnapshotLayout}; version v is in snapshot[v &amp; 3]
 * </pre>
 *
 * <p>A slot's meta is written before its word says LIVE and does not change until the word says FREE, so whoever holds a
 * reference may read it. Thread-safe under that rule.
 */
public final class StateFile {
    private static final long MAGIC = 0x5441_5453_4b48_4344L; // "DCHKSTAT" in the file
    private static final int MAGIC_OFFSET = 0;
    private static final int ABI_OFFSET = MAGIC_OFFSET + 8;
    private static final int CAPACITY_OFFSET = ABI_OFFSET + 4;
    private static final int EPOCH_OFFSET = CAPACITY_OFFSET + 4;
    private static final int PINNING_EPOCH_OFFSET = EPOCH_OFFSET + 8;
    private static final int BOOT_OFFSET = PINNING_EPOCH_OFFSET + 8;
    private static final int VOLUME_OFFSET = BOOT_OFFSET + 16;
    private static final int CURRENT_OFFSET = 64;
    private static final int HEARTBEAT_OFFSET = 128;
    private static final int SLOT_WORDS_OFFSET = 4_096;
    private static final int META_BYTES = 96;

    /** A file is mapped as one buffer, whose offsets are ints. */
    public static final int MAX_CAPACITY = 1 << 21;

    /** How many snapshots there are: a reader that is no more than two versions late reads one that nobody writes. */
    public static final int SNAPSHOTS = 4;

    /** Versions after which a snapshot may be written over: one less than there are. */
    private static final int FRESH_VERSIONS = SNAPSHOTS - 1;

    private final MappedByteBuffer buffer;
    private final LongBuffer longs;
    private final int capacity;
    private final int metaOffset;
    private final int snapshotsOffset;
    private final SnapshotLayout layout;

    private StateFile(MappedByteBuffer buffer, int capacity) {
        this.buffer = buffer;
        this.longs = buffer.asLongBuffer();
        this.capacity = capacity;
        this.layout = new SnapshotLayout(capacity);
        this.metaOffset = SLOT_WORDS_OFFSET + capacity * Long.BYTES;
        this.snapshotsOffset = metaOffset + capacity * META_BYTES;
    }

    /** The size of a file for that many slots. */
    public static long bytes(int capacity) {
        return SLOT_WORDS_OFFSET
                + (long) capacity * (Long.BYTES + META_BYTES)
                + (long) SNAPSHOTS * new SnapshotLayout(capacity).bytes();
    }

    /**
     * Fills the head of a file of zeros, whose size is {@link #bytes}.
     *
     * @param capacity a power of two
     * @param pinningEpoch reader files of this epoch and older ones pin every chunk: what they count is not known
     */
    public static StateFile write(MappedByteBuffer zeros, int capacity, long epoch, long pinningEpoch, RootFile root) {
        Mapping.LONG.set(zeros, MAGIC_OFFSET, MAGIC);
        Mapping.INT.set(zeros, CAPACITY_OFFSET, capacity);
        Mapping.LONG.set(zeros, EPOCH_OFFSET, epoch);
        Mapping.LONG.set(zeros, PINNING_EPOCH_OFFSET, pinningEpoch);
        Mapping.putUuid(zeros, BOOT_OFFSET, root.boot());
        Mapping.putUuid(zeros, VOLUME_OFFSET, root.volume());
        Mapping.INT.setRelease(zeros, ABI_OFFSET, StateDirectory.ABI);
        return new StateFile(zeros, capacity);
    }

    /** Whether a mapped file is one of these, whole and of this version, boot and volume. */
    public static boolean isUsable(MappedByteBuffer buffer, UUID boot, UUID volume) {
        return isState(buffer)
                && (int) Mapping.INT.getAcquire(buffer, ABI_OFFSET) == StateDirectory.ABI
                && Integer.bitCount((int) Mapping.INT.get(buffer, CAPACITY_OFFSET)) == 1
                && (int) Mapping.INT.get(buffer, CAPACITY_OFFSET) > 0
                && buffer.capacity() == bytes((int) Mapping.INT.get(buffer, CAPACITY_OFFSET))
                && Mapping.getUuid(buffer, BOOT_OFFSET).equals(boot)
                && Mapping.getUuid(buffer, VOLUME_OFFSET).equals(volume);
    }

    /** Whether a mapped file is one of these at all, of whatever version. */
    public static boolean isState(MappedByteBuffer buffer) {
        return buffer.capacity() >= SLOT_WORDS_OFFSET && (long) Mapping.LONG.get(buffer, MAGIC_OFFSET) == MAGIC;
    }

    /** A mapped file that is usable. */
    public static StateFile of(MappedByteBuffer buffer) {
        return new StateFile(buffer, (int) Mapping.INT.get(buffer, CAPACITY_OFFSET));
    }

    public MappedByteBuffer buffer() {
        return buffer;
    }

    public int capacity() {
        return capacity;
    }

    public long epoch() {
        return (long) Mapping.LONG.get(buffer, EPOCH_OFFSET);
    }

    public long pinningEpoch() {
        return (long) Mapping.LONG.get(buffer, PINNING_EPOCH_OFFSET);
    }

    public SnapshotLayout layout() {
        return layout;
    }

    /** Where the snapshot of a version begins. */
    public int snapshotOffset(long version) {
        return snapshotsOffset + (int) (version & SNAPSHOTS - 1) * layout.bytes();
    }

    /** The version of the newest snapshot; negative: superseded. */
    public long current() {
        return current(buffer);
    }

    /** The same of a mapped state file. */
    public static long current(MappedByteBuffer state) {
        return (long) Mapping.LONG.getVolatile(state, CURRENT_OFFSET);
    }

    /**
     * Whether a snapshot that was current may still be believed; the subtraction is unsigned, for superseding. Volatile:
     * neither reads of the snapshot nor the increment of a counter may come after this look.
     *
     * @param version not negative
     */
    public boolean isFresh(long version) {
        return isFresh(buffer, version);
    }

    /** The same of a mapped state file. */
    public static boolean isFresh(MappedByteBuffer state, long version) {
        return Long.compareUnsigned(current(state) - version, FRESH_VERSIONS) < 0;
    }

    /** Makes a snapshot current. What is written to the next one afterwards is not seen by who sees an older version. */
    public void publish(long version) {
        Mapping.LONG.setVolatile(buffer, CURRENT_OFFSET, version);
        VarHandle.fullFence();
    }

    /** Tells readers to come over to the epoch that {@code root} names; after it, what they hold may be looked at. */
    public void supersede() {
        supersede(buffer);
    }

    /** The same for a file that is not usable, but is a state. */
    public static void supersede(MappedByteBuffer buffer) {
        Mapping.LONG.setVolatile(buffer, CURRENT_OFFSET, Long.MIN_VALUE);
        VarHandle.fullFence();
    }

    public long heartbeat() {
        return (long) Mapping.LONG.getVolatile(buffer, HEARTBEAT_OFFSET);
    }

    public void beat() {
        Mapping.LONG.getAndAdd(buffer, HEARTBEAT_OFFSET, 1L);
    }

    public long slotWord(int slot) {
        return slotWord(buffer, slot);
    }

    /** The same of a mapped state file. */
    public static long slotWord(MappedByteBuffer state, int slot) {
        return (long) Mapping.LONG.getVolatile(state, SLOT_WORDS_OFFSET + slot * Long.BYTES);
    }

    public void setSlotWord(int slot, long word) {
        Mapping.LONG.setVolatile(buffer, SLOT_WORDS_OFFSET + slot * Long.BYTES, word);
    }

    /** What the slot holds or held last. */
    public ChunkDirectory directory(int slot) {
        int meta = metaOffset + slot * META_BYTES;
        return new ChunkDirectory(
                new DatasetId(word(meta), word(meta + 8), word(meta + 16), word(meta + 24)),
                new BlockRange(word(meta + 64), word(meta + 72)),
                id(slot),
                (int) Mapping.INT.get(buffer, meta + 80));
    }

    /** Whether the slot holds or held last a chunk of that id. */
    public boolean hasId(int slot, ChunkId id) {
        int at = metaOffset + slot * META_BYTES + 32;
        return word(at) == id.first()
                && word(at + 8) == id.second()
                && word(at + 16) == id.third()
                && word(at + 24) == id.fourth();
    }

    /** The id alone of what the slot holds or held last. */
    public ChunkId id(int slot) {
        int id = metaOffset + slot * META_BYTES + 32;
        return new ChunkId(word(id), word(id + 8), word(id + 16), word(id + 24));
    }

    public void setDirectory(int slot, ChunkDirectory directory) {
        int meta = metaOffset + slot * META_BYTES;
        DatasetId dataset = directory.dataset();
        ChunkId id = directory.id();
        long[] words = {
            dataset.first(), dataset.second(), dataset.third(), dataset.fourth(),
            id.first(), id.second(), id.third(), id.fourth(),
            directory.range().start(), directory.range().end(), directory.content()
        };
        putLongs(meta, words, words.length);
    }

    /** The words of all slots, for their one writer: plainly. */
    public long[] slotWords() {
        long[] words = new long[capacity];
        longs.get(SLOT_WORDS_OFFSET / Long.BYTES, words);
        return words;
    }

    /** Writes words at a multiple of 8 from the beginning, plainly and all at once. */
    public void putLongs(int offset, long[] words, int count) {
        longs.put(offset / Long.BYTES, words, 0, count);
    }

    /** The same of half words, at a multiple of 4. */
    public void putInts(int offset, int[] halves) {
        buffer.asIntBuffer().put(offset / Integer.BYTES, halves);
    }

    private long word(int offset) {
        return buffer.getLong(offset);
    }
}
