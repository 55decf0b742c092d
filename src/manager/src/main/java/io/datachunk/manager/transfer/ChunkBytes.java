package io.datachunk.manager.transfer;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Reason;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The bytes of one chunk: how many are there, how many there will be, and how many the volume has promised. Thread-safe;
 * asking for the first two never waits, for {@code reservedBytes} alone is guarded by this.
 */
final class ChunkBytes {
    private static final long UNKNOWN = -1;

    /** How far ahead space is asked for while a body of unknown length comes. */
    private static final long GROWTH_BYTES = 16 << 20;

    /** How far ahead space is asked for while sizes of other files are unknown: many small ones then ask once. */
    private static final long MORE_FILES_BYTES = 1 << 20;

    private final long maxChunkBytes;
    private final Transfers.Space space;
    private final AtomicLongArray there;
    private final AtomicLongArray totals;
    private long reservedBytes;

    ChunkBytes(ChunkSpec chunk, long maxChunkBytes, Transfers.Space space) {
        this.maxChunkBytes = maxChunkBytes;
        this.space = space;
        this.there = new AtomicLongArray(chunk.files().size());
        this.totals = new AtomicLongArray(chunk.files().stream()
                .mapToLong(file -> file.sizeBytes().orElse(UNKNOWN))
                .toArray());
    }

    /** Bytes in the staging directory. */
    long done() {
        return sum(there);
    }

    /** Bytes of all files, once each is known. */
    OptionalLong total() {
        for (int i = 0; i < totals.length(); i++) {
            if (totals.get(i) == UNKNOWN) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(sum(totals));
    }

    /** Bytes of all files, as far as known. */
    long needed() {
        long bytes = 0;
        for (int i = 0; i < totals.length(); i++) {
            bytes += totals.get(i) == UNKNOWN ? there.get(i) : totals.get(i);
        }
        return bytes;
    }

    /** That many bytes of a file are there. */
    void progress(int file, long bytes) {
        there.set(file, bytes);
    }

    /** Asks for the space of all that is known. */
    synchronized void reserve() throws FileFailedException {
        reserve(needed(), 0);
    }

    /** The size of a file is known: asks for the space of all that is known. */
    synchronized void sized(int file, long bytes) throws FileFailedException {
        totals.set(file, bytes);
        reserve(needed(), total().isPresent() ? 0 : MORE_FILES_BYTES);
    }

    /** A file, perhaps of unknown size, is about to have that many bytes. */
    synchronized void growing(int file, long bytes) throws FileFailedException {
        if (totals.get(file) == UNKNOWN) {
            reserve(needed() - there.get(file) + bytes, GROWTH_BYTES);
        }
    }

    private void reserve(long bytes, long ahead) throws FileFailedException {
        if (bytes > maxChunkBytes) {
            throw new FileFailedException(FileFailure.lasting(
                    Reason.SIZE_MISMATCH, bytes + " bytes are more than the limit of " + maxChunkBytes + " a chunk"));
        }
        if (bytes <= reservedBytes) {
            return;
        }
        long wished = Math.min(bytes + ahead, maxChunkBytes);
        if (space.reserve(wished)) {
            reservedBytes = wished;
        } else if (wished > bytes && space.reserve(bytes)) {
            reservedBytes = bytes;
        } else {
            throw new FileFailedException(
                    new FileFailure(Reason.INSUFFICIENT_SPACE, "needs " + bytes + " bytes", false, 0, bytes));
        }
    }

    private static long sum(AtomicLongArray bytes) {
        long sum = 0;
        for (int i = 0; i < bytes.length(); i++) {
            sum += bytes.get(i);
        }
        return sum;
    }
}
