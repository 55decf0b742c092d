package io.datachunk.manager.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Optional;
import javax.net.SocketFactory;

/**
 * Makes sockets that obey the address policy and read from the kernel in large steps.
 *
 * <p>The policy looks at the address that is connected to, after resolution: literal addresses never reach OkHttp's Dns,
 * and a name cannot be bound anew between the look and the connect. Okio asks for 8 KB at a time, which costs 1.5 times
 * curl's CPU; here one system call fetches up to {@value #BUFFER_BYTES} bytes.
 */
final class SourceSocketFactory extends SocketFactory {
    /** The JDK's socket reads at most 128 KB a call. */
    private static final int BUFFER_BYTES = 128 << 10;

    private final Optional<AddressPolicy> policy;

    /**
     * A factory.
     *
     * @param policy empty for connections to a proxy, which the operator of the node chose
     */
    SourceSocketFactory(Optional<AddressPolicy> policy) {
        this.policy = policy;
    }

    @Override
    public Socket createSocket() {
        return new SourceSocket();
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

    private final class SourceSocket extends Socket {
        private volatile InputStream input = InputStream.nullInputStream();

        @Override
        public void connect(SocketAddress endpoint, int timeoutMs) throws IOException {
            InetAddress address = ((InetSocketAddress) endpoint).getAddress();
            Optional<String> refusal = policy.flatMap(rules -> rules.refusal(address));
            if (refusal.isPresent()) {
                close();
                throw new AddressRefusedException(address.getHostAddress(), refusal.get());
            }
            super.connect(endpoint, timeoutMs);
            input = new LargeReads(super.getInputStream());
        }

        @Override
        public void connect(SocketAddress endpoint) throws IOException {
            connect(endpoint, 0);
        }

        @Override
        public InputStream getInputStream() {
            return input;
        }
    }

    /** Reads ahead as much as the kernel has. Used by one thread at a time. */
    private static final class LargeReads extends InputStream {
        private final InputStream source;
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private int position;
        private int limit;

        LargeReads(InputStream source) {
            this.source = source;
        }

        @Override
        public int read() throws IOException {
            return fill() ? buffer[position++] & 0xff : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, limit - position);
            System.arraycopy(buffer, position, bytes, offset, count);
            position += count;
            return count;
        }

        @Override
        public int available() throws IOException {
            return limit - position + source.available();
        }

        @Override
        public void close() throws IOException {
            source.close();
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
