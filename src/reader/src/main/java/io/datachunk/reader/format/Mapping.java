package io.datachunk.reader.format;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * How memory that several processes map is accessed: little-endian, atomically through these handles and otherwise through
 * the buffer. The buffers are shared by threads; what orders the accesses is said where they are made.
 *
 * <p>The buffers are declared as {@link MappedByteBuffer}: it has one implementation, so that the compiler sees through a
 * plain read, and knows that it is not of the heap. A handle's read costs several times the code.
 */
public final class Mapping {
    /** 64-bit words at offsets that are multiples of 8. */
    public static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** 32-bit words at offsets that are multiples of 4. */
    public static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int ZEROS_BYTES = 64 << 10;

    private Mapping() {}

    /**
     * Makes a file of zeros and maps it. The zeros are written, not left out: a sparse file on a full tmpfs would be a
     * SIGBUS at the first store, and this way it is an exception here.
     *
     * @throws IOException if the file exists or there is no room
     */
    public static MappedByteBuffer create(Path path, long bytes) throws IOException {
        return FileThread.call(() -> {
            try (FileChannel file = FileChannel.open(
                    path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                writeZeros(file, bytes);
                return map(file, FileChannel.MapMode.READ_WRITE);
            }
        });
    }

    /** Writes zeros from the end of a file on, up to a length. */
    static void writeZeros(FileChannel file, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS_BYTES, bytes));
        for (long written = file.size(); written < bytes; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - written));
            written += file.write(zeros, written);
        }
    }

    /** Maps a whole file that nobody locks. The mapping outlives the channel. */
    public static MappedByteBuffer map(Path path, boolean writable) throws IOException {
        return FileThread.call(() -> {
            try (FileChannel file = writable
                    ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                    : FileChannel.open(path, StandardOpenOption.READ)) {
                return map(file, writable ? FileChannel.MapMode.READ_WRITE : FileChannel.MapMode.READ_ONLY);
            }
        });
    }

    /** Maps a whole file that is open already. On {@link FileThread}. */
    static MappedByteBuffer map(FileChannel file, FileChannel.MapMode mode) throws IOException {
        long bytes = file.size();
        if (bytes > Integer.MAX_VALUE) {
            throw new IOException("a state file of " + bytes + " bytes is none of ours");
        }
        MappedByteBuffer buffer = file.map(mode, 0, bytes);
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        return buffer;
    }

    /** Writes a UUID into 16 bytes. */
    static void putUuid(ByteBuffer buffer, int offset, UUID uuid) {
        LONG.set(buffer, offset, uuid.getMostSignificantBits());
        LONG.set(buffer, offset + 8, uuid.getLeastSignificantBits());
    }

    /** Reads a UUID of 16 bytes. */
    static UUID getUuid(ByteBuffer buffer, int offset) {
        return new UUID((long) LONG.get(buffer, offset), (long) LONG.get(buffer, offset + 8));
    }
}
