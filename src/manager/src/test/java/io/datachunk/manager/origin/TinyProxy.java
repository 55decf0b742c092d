package io.datachunk.manager.origin;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A proxy on loopback that forwards one request a connection, or tunnels, and writes down what it sees. Answers 502 where
 * it cannot. Thread-safe.
 */
public final class TinyProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 32, InetAddress.getLoopbackAddress());
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> headers = new CopyOnWriteArrayList<>();

    public TinyProxy() throws IOException {
        var _ = Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Method and target of every request. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    /** Every header of every request that was not inside a tunnel. */
    public List<String> headers() {
        return List.copyOf(headers);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                var _ = Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            @Nullable RecordedRequest request = RecordedRequest.read(in);
            if (request == null) {
                return;
            }
            asked.add(request.method() + " " + request.target());
            request.headers().forEach((name, value) -> headers.add(name + ": " + value));
            boolean tunnel = request.method().equals("CONNECT");
            URI target = URI.create(tunnel ? "tunnel://" + request.target() : request.target());
            try (Socket origin = new Socket(target.getHost(), target.getPort())) {
                if (tunnel) {
                    write(client.getOutputStream(), "HTTP/1.1 200 Connected\r\n\r\n");
                } else {
                    StringBuilder head = new StringBuilder("GET " + target.getRawPath() + " HTTP/1.1\r\n");
                    request.headers()
                            .forEach((name, value) ->
                                    head.append(name).append(": ").append(value).append("\r\n"));
                    write(origin.getOutputStream(), head + "\r\n");
                }
                var _ = Thread.ofVirtual().start(() -> copy(in, origin));
                origin.getInputStream().transferTo(client.getOutputStream());
            } catch (IOException | IllegalArgumentException e) {
                write(client.getOutputStream(), "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
            }
        } catch (IOException clientHasGone) {
            // Which is what clients do.
        }
    }

    private static void copy(InputStream in, Socket origin) {
        try {
            in.transferTo(origin.getOutputStream());
            origin.shutdownOutput();
        } catch (IOException ended) {
            // The other direction says so, too.
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
