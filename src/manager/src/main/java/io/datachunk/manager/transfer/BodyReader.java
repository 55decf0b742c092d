package io.datachunk.manager.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers a body in pieces that are worth a system call, watched by the watchdog. Used by one thread. */
final class BodyReader {
    /** What a slow source sent is written after this, so that progress is seen and a crash costs little of it. */
    private static final long MAX_GATHER_NANOS = 250_000_000;

    private final Source.Answer answer;
    private final Watchdog.Watch watch;
    private final int pieceBytes;
    private @Nullable Exception failure;

    BodyReader(Source.Answer answer, Watchdog.Watch watch, int pieceBytes) {
        this.answer = answer;
        this.watch = watch;
        this.pieceBytes = pieceBytes;
    }

    /**
     * Reads the next piece, which then remains in the buffer; says whether there may be more. What came before a failure
     * is there, too.
     */
    boolean fill(ByteBuffer buffer) {
        buffer.clear().limit(pieceBytes);
        boolean more = true;
        try {
            long begin = System.nanoTime();
            long now = begin;
            while (more && buffer.hasRemaining() && now - begin < MAX_GATHER_NANOS) {
                watch.beforeRead(now);
                int read = answer.read(buffer);
                now = System.nanoTime();
                watch.afterRead(now, Math.max(0, read));
                more = read >= 0;
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
            more = false;
        }
        buffer.flip();
        return more;
    }

    /** Why there is no more, if it is not the end of the body. */
    Optional<Exception> failure() {
        return Optional.ofNullable(failure);
    }
}
