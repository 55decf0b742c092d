package io.datachunk.manager.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * What is behind a client's socket whose bytes may also be read into a direct buffer, without a copy: a channel. Read and
 * written by one thread at a time; closed by any.
 */
final class ChannelSocket extends SocketImpl {
    private final SocketChannel channel;

    ChannelSocket() throws IOException {
        channel = SocketChannel.open();
    }

    /** Some bytes; -1 at the end. Waits for the first of them as long as it takes. */
    int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    protected void create(boolean stream) {
        // the channel is there from the beginning
    }

    @Override
    protected void connect(String host, int targetPort) throws IOException {
        connect(new InetSocketAddress(host, targetPort), 0);
    }

    @Override
    protected void connect(InetAddress target, int targetPort) throws IOException {
        connect(new InetSocketAddress(target, targetPort), 0);
    }

    @Override
    protected void connect(SocketAddress target, int timeoutMs) throws IOException {
        channel.socket().connect(target, timeoutMs);
        address = channel.socket().getInetAddress();
        port = channel.socket().getPort();
        localport = channel.socket().getLocalPort();
    }

    @Override
    protected void bind(InetAddress local, int localPort) throws IOException {
        channel.bind(new InetSocketAddress(local, localPort));
    }

    @Override
    protected void listen(int backlog) throws IOException {
        throw new SocketException("this socket is a client's");
    }

    @Override
    protected void accept(SocketImpl accepted) throws IOException {
        throw new SocketException("this socket is a client's");
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        return channel.socket().getInputStream();
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        return channel.socket().getOutputStream();
    }

    @Override
    protected int available() throws IOException {
        return channel.socket().getInputStream().available();
    }

    @Override
    protected void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    protected void close() throws IOException {
        channel.close();
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw new SocketException("this socket sends nothing out of band");
    }

    @Override
    public void setOption(int option, Object value) throws SocketException {
        try {
            switch (option) {
                case SocketOptions.SO_TIMEOUT -> channel.socket().setSoTimeout((Integer) value);
                case SocketOptions.TCP_NODELAY -> channel.setOption(StandardSocketOptions.TCP_NODELAY, (Boolean) value);
                case SocketOptions.SO_KEEPALIVE ->
                    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, (Boolean) value);
                default -> throw new SocketException("no option " + option);
            }
        } catch (IOException e) {
            throw new SocketException(e);
        }
    }

    @Override
    public Object getOption(int option) throws SocketException {
        try {
            return switch (option) {
                case SocketOptions.SO_TIMEOUT -> channel.socket().getSoTimeout();
                case SocketOptions.TCP_NODELAY -> channel.getOption(StandardSocketOptions.TCP_NODELAY);
                case SocketOptions.SO_KEEPALIVE -> channel.getOption(StandardSocketOptions.SO_KEEPALIVE);
                case SocketOptions.SO_BINDADDR -> channel.socket().getLocalAddress();
                default -> throw new SocketException("no option " + option);
            };
        } catch (IOException e) {
            throw new SocketException(e);
        }
    }
}
