package io.datachunk.manager.transfer;

import io.datachunk.manager.transfer.SourceSocketFactory.SourceSocket;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import okio.BufferedSource;

/**
 * A large body of known length without TLS: its beginning comes by OkHttp, which has read it together with the head, the rest straight from the
 * socket. By OkHttp each byte is copied four times on its way to the file, which is a third of what a download costs the
 * CPU. Used by one thread.
 *
 * <p>The connection does not serve another request: OkHttp has not seen the end of this one.
 */
final class PlainBody {
    /** For less, a new connection costs more than the copies. */
    static final long MIN_BYTES = 4 << 20;

    private final SourceSocket socket;
    private final long bytes;
    private long read;

    PlainBody(SourceSocket socket, long bytes) {
        this.socket = socket;
        this.bytes = bytes;
    }

    /** Some of the body; -1 at its end. */
    int read(BufferedSource okHttp, ByteBuffer into) throws IOException {
        if (read == bytes) {
            return -1;
        }
        long handedOn = socket.bodyBytesHandedOn() - read;
        int limit = into.limit();
        into.limit(into.position() + (int) Math.min(into.remaining(), handedOn > 0 ? handedOn : bytes - read));
        int count = handedOn > 0 ? okHttp.read(into) : socket.readOn(into);
        into.limit(limit);
        if (count < 0) {
            throw new ProtocolException("unexpected end of stream");
        }
        read += count;
        return count;
    }
}
