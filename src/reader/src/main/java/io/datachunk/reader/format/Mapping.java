package io.datachunk.reader.format;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * How memory that several processes map is accessed: little-endian, through these handles only. The buffers are shared
 * by threads; what orders the accesses is said where they are made.
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
    public static ByteBuffer create(FileChannel file, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        for (long written = 0; written < bytes; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - written));
            written += file.write(zeros, written);
        }
        return file.map(FileChannel.MapMode.READ_WRITE, 0, bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Maps a whole file. The mapping outlives the channel. */
    public static ByteBuffer map(Path path, boolean writable) throws IOException {
        OpenOption[] options = writable
                ? new OpenOption[] {StandardOpenOption.READ, StandardOpenOption.WRITE}
                : new OpenOption[] {StandardOpenOption.READ};
        try (FileChannel file = FileChannel.open(path, options)) {
            return map(file, writable);
        }
    }

    /** Maps a whole file that is open already. */
    public static ByteBuffer map(FileChannel file, boolean writable) throws IOException {
        FileChannel.MapMode mode = writable ? FileChannel.MapMode.READ_WRITE : FileChannel.MapMode.READ_ONLY;
        return file.map(mode, 0, file.size()).order(ByteOrder.LITTLE_ENDIAN);
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
