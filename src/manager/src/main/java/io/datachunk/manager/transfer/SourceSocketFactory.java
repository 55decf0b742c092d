package io.datachunk.manager.transfer;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes sockets that obey the address policy, read from the kernel in large steps, and can be read past OkHttp.
 *
 * <p>The policy looks at the address that is connected to, after resolution: literal addresses never reach OkHttp's Dns,
 * and a name cannot be bound anew between the look and the connect. Okio asks for 8 KB at a time, which costs 1.5 times
 * curl's CPU; here one system call fetches up to {@link BufferSizes#socketBytes()}.
 *
 * <p>OkHttp does not look at what a source sends after the end of a body, and takes it for the answer to the next request of
 * that connection: the bytes of one file would be accepted as those of another. So these sockets count, and after an answer whose end
 * they have not seen they are no good for another request. That is decided when the next request takes the connection, which
 * may be as soon as the last byte of a body is there: whoever closed it after a look of its own would hit that request.
 */
final class SourceSocketFactory extends SocketFactory {
    private final Optional<AddressPolicy> policy;
    private final int bufferBytes;

    /**
     * A factory.
     *
     * @param policy empty for connections to a proxy, which the operator of the node chose
     * @param bufferBytes what one system call fetches at most
     */
    SourceSocketFactory(Optional<AddressPolicy> policy, int bufferBytes) {
        this.policy = policy;
        this.bufferBytes = bufferBytes;
    }

    @Override
    public Socket createSocket() throws IOException {
        return new SourceSocket(new ChannelSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    private Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = createSocket();
        socket.connect(address);
        return socket;
    }

    /** A socket for one request after another. Read and written by one thread at a time. */
    final class SourceSocket extends Socket {
        private final ChannelSocket channel;
        private @Nullable LargeReads input;
        private @Nullable OutputStream output;

        private SourceSocket(ChannelSocket channel) throws IOException {
            super(channel);
            this.channel = channel;
        }

        @Override
        public void connect(SocketAddress endpoint, int timeoutMs) throws IOException {
            InetAddress address = ((InetSocketAddress) endpoint).getAddress();
            Optional<String> refusal = policy.flatMap(rules -> rules.refusal(address));
            if (refusal.isPresent()) {
                close();
                throw new AddressRefusedException(address.getHostAddress(), refusal.get());
            }
            super.connect(endpoint, timeoutMs);
            input = new LargeReads(super.getInputStream(), channel, bufferBytes);
            output = new NewRequests(super.getOutputStream(), input);
        }

        @Override
        public void connect(SocketAddress endpoint) throws IOException {
            connect(endpoint, 0);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return input == null ? super.getInputStream() : input;
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return output == null ? super.getOutputStream() : output;
        }

        /** Whether no answer can be read from it: OkHttp asks each connection that it is about to use again, and takes another one. */
        @Override
        public boolean isInputShutdown() {
            return super.isInputShutdown() || (input != null && !input.isAtEndOfAnswer());
        }

        /** Says how long the body is of the answer whose head has just come; nothing for one whose end cannot be known. */
        void answerHas(OptionalLong bodyBytes) {
            if (input != null) {
                input.bodyBytes = bodyBytes.orElse(LargeReads.UNKNOWN);
            }
        }

        /** How much of the body of the answer is OkHttp's by now, read by it or on the way; more than that if in doubt. */
        long bodyBytesHandedOn() {
            return input == null ? 0 : input.delivered - input.headBytes;
        }

        /**
         * Reads on behind what has been handed on, into a buffer and without a copy; -1 at the end. OkHttp does not get these bytes, so
         * there are none for it from then on, and the socket is good for nothing else.
         */
        int readOn(ByteBuffer into) throws IOException {
            if (input == null) {
                throw new SocketException("not connected");
            }
            return input.readOn(into);
        }
    }

    /**
     * Sees when a request begins. What came before that it has not asked for, so it must not be taken for its answer.
     */
    private static final class NewRequests extends FilterOutputStream {
        /** The first byte of TLS, which no request begins with. From there on requests cannot be seen. */
        private static final byte TLS_HANDSHAKE = 22;

        private final LargeReads input;
        private boolean opaque;

        NewRequests(OutputStream sink, LargeReads input) {
            super(sink);
            this.input = input;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            opaque |= length > 0 && bytes[offset] == TLS_HANDSHAKE;
            if (!opaque) {
                input.expectAnswer();
            }
            out.write(bytes, offset, length);
        }
    }

    /** Reads ahead as much as the kernel has. Used by one thread at a time. */
    private static final class LargeReads extends InputStream {
        private static final long UNKNOWN = -1;

        private final InputStream source;
        private final ChannelSocket channel;
        private final byte[] buffer;
        private int position;
        private int limit;

        /** Handed on since the request began. */
        private long delivered;

        /** Of those, up to the empty line after the headers; 0 until it has come. */
        private long headBytes;

        private int lineBytes;
        private long bodyBytes = UNKNOWN;

        /** Whether the rest is read by {@link #readOn}. */
        private boolean over;

        LargeReads(InputStream source, ChannelSocket channel, int bufferBytes) {
            this.source = source;
            this.channel = channel;
            this.buffer = new byte[bufferBytes];
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (over || !fill()) {
                return -1;
            }
            int count = Math.min(length, limit - position);
            System.arraycopy(buffer, position, bytes, offset, count);
            if (headBytes == 0) {
                lookForEndOfHead(position, count);
            }
            position += count;
            delivered += count;
            return count;
        }

        int readOn(ByteBuffer into) throws IOException {
            over = true;
            if (position == limit) {
                return channel.read(into);
            }
            int count = Math.min(into.remaining(), limit - position);
            into.put(buffer, position, count);
            position += count;
            return count;
        }

        @Override
        public int available() throws IOException {
            return over ? 0 : limit - position + source.available();
        }

        @Override
        public void close() throws IOException {
            source.close();
        }

        /** Whether nothing has come yet, or exactly one head and its body. */
        boolean isAtEndOfAnswer() {
            if (over) {
                return false;
            }
            try {
                return delivered == 0
                        || (bodyBytes != UNKNOWN
                                && headBytes > 0
                                && delivered == headBytes + bodyBytes
                                && available() == 0);
            } catch (IOException closed) {
                return false;
            }
        }

        /** Begins to count anew. */
        void expectAnswer() throws IOException {
            if (!isAtEndOfAnswer()) {
                // OkHttp reads an answer after a write that failed.
                limit = position;
                source.close();
                throw new IOException("the source sent more than it was asked for");
            }
            delivered = 0;
            headBytes = 0;
            lineBytes = 0;
            bodyBytes = UNKNOWN;
        }

        private void lookForEndOfHead(int from, int count) {
            for (int at = 0; at < count; at++) {
                byte each = buffer[from + at];
                if (each == '\n') {
                    if (lineBytes == 0) {
                        headBytes = delivered + at + 1;
                        return;
                    }
                    lineBytes = 0;
                } else if (each != '\r') {
                    lineBytes++;
                }
            }
        }

        private boolean fill() throws IOException {
            if (position == limit) {
                position = 0;
                limit = Math.max(0, source.read(buffer, 0, buffer.length));
            }
            return position < limit;
        }
    }
}
