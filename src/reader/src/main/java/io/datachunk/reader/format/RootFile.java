package io.datachunk.reader.format;

import java.nio.MappedByteBuffer;
import java.util.UUID;

/**
 * The file {@code root}: names the current epoch. 4,096 bytes.
 *
 * <pre>
 *    0  magic          i64
 *    8  abi            i32   written last
 *   16  boot id        16 bytes
 *   32  volume         16 bytes
 *   48  current epoch  i64   changed in place, volatile
 * </pre>
 *
 * <p>Thread-safe: the epoch is the only word that changes.
 */
public record RootFile(MappedByteBuffer buffer) {
    public static final int BYTES = 4_096;

    private static final long MAGIC = 0x544f_4f52_4b48_4344L; // "DCHKROOT" in the file
    private static final int MAGIC_OFFSET = 0;
    private static final int ABI_OFFSET = MAGIC_OFFSET + 8;
    private static final int BOOT_OFFSET = 16;
    private static final int VOLUME_OFFSET = BOOT_OFFSET + 16;
    private static final int EPOCH_OFFSET = VOLUME_OFFSET + 16;

    /** Fills a file of zeros. */
    public void write(UUID boot, UUID volume, long epoch) {
        Mapping.LONG.set(buffer, MAGIC_OFFSET, MAGIC);
        Mapping.putUuid(buffer, BOOT_OFFSET, boot);
        Mapping.putUuid(buffer, VOLUME_OFFSET, volume);
        Mapping.LONG.set(buffer, EPOCH_OFFSET, epoch);
        Mapping.INT.setRelease(buffer, ABI_OFFSET, StateDirectory.ABI);
    }

    /** Whether this is a root file at all, of whatever version. */
    public boolean isRoot() {
        return buffer.capacity() >= BYTES && (long) Mapping.LONG.get(buffer, MAGIC_OFFSET) == MAGIC;
    }

    public int abi() {
        return (int) Mapping.INT.getAcquire(buffer, ABI_OFFSET);
    }

    public UUID boot() {
        return Mapping.getUuid(buffer, BOOT_OFFSET);
    }

    public UUID volume() {
        return Mapping.getUuid(buffer, VOLUME_OFFSET);
    }

    public long epoch() {
        return (long) Mapping.LONG.getVolatile(buffer, EPOCH_OFFSET);
    }

    public void setEpoch(long epoch) {
        Mapping.LONG.setVolatile(buffer, EPOCH_OFFSET, epoch);
    }
}
