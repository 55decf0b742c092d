package io.datachunk.reader.format;

import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The file {@code readers/<random>.refs}: what one process holds. Byte 0 is locked while the process lives.
 *
 * <pre>
 *      0  magic i64 · abi i32 (written last) · capacity i32 · epoch i64
 *     64  heartbeat i64    one more every second                    (own cache line)
 *    128  pid i64 · host: length i32, 252 bytes · command: length i32, 1,020 bytes
 *   4096  counters i32[4 stripes][capacity]
 * </pre>
 *
 * <p>The process writes, the manager reads. Threads spread over the stripes so that two that hold the same chunk do not
 * fight for a cache line; a count may be taken from any, so only sums mean anything.
 */
public record ReaderFile(MappedByteBuffer buffer, int capacity) {
    public static final int STRIPES = 4;

    private static final long MAGIC = 0x5346_4552_4b48_4344L; // "DCHKREFS" in the file
    private static final int MAGIC_OFFSET = 0;
    private static final int ABI_OFFSET = MAGIC_OFFSET + 8;
    private static final int CAPACITY_OFFSET = ABI_OFFSET + 4;
    private static final int EPOCH_OFFSET = CAPACITY_OFFSET + 4;
    private static final int HEARTBEAT_OFFSET = 64;
    private static final int PID_OFFSET = 128;
    private static final int HOST_OFFSET = PID_OFFSET + 8;
    private static final int HOST_BYTES = 252;
    private static final int COMMAND_OFFSET = HOST_OFFSET + Integer.BYTES + HOST_BYTES;
    private static final int COMMAND_BYTES = 1_020;
    private static final int COUNTERS_OFFSET = 4_096;

    public static long bytes(int capacity) {
        return COUNTERS_OFFSET + (long) STRIPES * capacity * Integer.BYTES;
    }

    /** Fills the head of a file of zeros. */
    public static ReaderFile write(MappedByteBuffer zeros, int capacity, long epoch, Owner owner) {
        Mapping.LONG.set(zeros, MAGIC_OFFSET, MAGIC);
        Mapping.INT.set(zeros, CAPACITY_OFFSET, capacity);
        Mapping.LONG.set(zeros, EPOCH_OFFSET, epoch);
        Mapping.LONG.set(zeros, PID_OFFSET, owner.pid);
        putText(zeros, HOST_OFFSET, HOST_BYTES, owner.host);
        putText(zeros, COMMAND_OFFSET, COMMAND_BYTES, owner.command);
        Mapping.INT.setRelease(zeros, ABI_OFFSET, StateDirectory.ABI);
        return new ReaderFile(zeros, capacity);
    }

    /** Whether a mapped file is one of these, whole and of this version. */
    public static boolean isUsable(MappedByteBuffer buffer) {
        return buffer.capacity() >= COUNTERS_OFFSET
                && (long) Mapping.LONG.get(buffer, MAGIC_OFFSET) == MAGIC
                && (int) Mapping.INT.getAcquire(buffer, ABI_OFFSET) == StateDirectory.ABI
                && (int) Mapping.INT.get(buffer, CAPACITY_OFFSET) > 0
                && (int) Mapping.INT.get(buffer, CAPACITY_OFFSET) <= StateFile.MAX_CAPACITY
                && buffer.capacity() == bytes((int) Mapping.INT.get(buffer, CAPACITY_OFFSET));
    }

    /** A mapped file that is usable. */
    public static ReaderFile of(MappedByteBuffer buffer) {
        return new ReaderFile(buffer, (int) Mapping.INT.get(buffer, CAPACITY_OFFSET));
    }

    /**
     * The process behind a file, for people.
     *
     * @param host of the process, which in a pod is the pod's name
     */
    public record Owner(long pid, String host, String command) {}

    public long epoch() {
        return (long) Mapping.LONG.get(buffer, EPOCH_OFFSET);
    }

    public long heartbeat() {
        return (long) Mapping.LONG.getVolatile(buffer, HEARTBEAT_OFFSET);
    }

    public void beat() {
        Mapping.LONG.getAndAdd(buffer, HEARTBEAT_OFFSET, 1L);
    }

    public Owner owner() {
        return new Owner(
                (long) Mapping.LONG.get(buffer, PID_OFFSET),
                getText(buffer, HOST_OFFSET, HOST_BYTES),
                getText(buffer, COMMAND_OFFSET, COMMAND_BYTES));
    }

    /** Adds to a counter, in volatile mode: a full fence, without which a holder could be missed. */
    public void add(int stripe, int slot, int delta) {
        add(buffer, capacity, stripe, slot, delta);
    }

    /** The same in a mapped file of that capacity. */
    public static void add(MappedByteBuffer file, int capacity, int stripe, int slot, int delta) {
        Mapping.INT.getAndAdd(file, counter(capacity, stripe, slot), delta);
    }

    /** Whether this process has references to what is in a slot. A cell never rises from zero once the slot is retired. */
    public boolean holds(int slot) {
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            if ((int) Mapping.INT.getVolatile(buffer, counter(capacity, stripe, slot)) != 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether this process has any reference. */
    public boolean holdsAnything() {
        for (int i = 0; i < STRIPES * capacity; i++) {
            if ((int) Mapping.INT.getVolatile(buffer, COUNTERS_OFFSET + i * Integer.BYTES) != 0) {
                return true;
            }
        }
        return false;
    }

    /** How many references this process has of what is in a slot. */
    public int references(int slot) {
        int sum = 0;
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            sum += (int) Mapping.INT.getVolatile(buffer, counter(capacity, stripe, slot));
        }
        return sum;
    }

    private static int counter(int capacity, int stripe, int slot) {
        return COUNTERS_OFFSET + (stripe * capacity + slot) * Integer.BYTES;
    }

    private static void putText(ByteBuffer buffer, int offset, int mostBytes, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, mostBytes);
        Mapping.INT.set(buffer, offset, length);
        buffer.duplicate().position(offset + Integer.BYTES).put(bytes, 0, length);
    }

    private static String getText(ByteBuffer buffer, int offset, int mostBytes) {
        int length = Math.max(0, Math.min(mostBytes, (int) Mapping.INT.get(buffer, offset)));
        byte[] bytes = new byte[length];
        buffer.duplicate().position(offset + Integer.BYTES).get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
