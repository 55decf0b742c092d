package io.datachunk.manager.origin;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server on loopback with a log of what it was asked. Thread-safe.
 *
 * <p>It answers a path by the script that a test gave it; {@code /ok/<seed>/<bytes>} needs none and is that {@link Content},
 * with a strong ETag and ranges; {@code ?rate=<bytes a second>} throttles it, and {@code ?cut=<bytes>} breaks every answer
 * after so many. Every other path is not found. Other processes may ask it, too.
 */
public final class Origin implements AutoCloseable {
    private static final Pattern OK = Pattern.compile("/ok/(-?\\d{1,18})/(\\d{1,18})");

    private final ServerSocket server;
    private final String scheme;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    private Origin(String scheme, ServerSocketFactory sockets) throws IOException {
        this.scheme = scheme;
        this.server = sockets.createServerSocket(0, 128, InetAddress.getLoopbackAddress());
        var _ = Thread.ofVirtual().name("origin").start(this::accept);
    }

    public static Origin http() throws IOException {
        return new Origin("http", ServerSocketFactory.getDefault());
    }

    /** One that speaks TLS by the sockets of a factory. */
    public static Origin https(ServerSocketFactory sockets) throws IOException {
        return new Origin("https", sockets);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The URL of a path, with {@code 127.0.0.1} for a host. */
    public URI url(String path) {
        return urlAt("127.0.0.1", path);
    }

    /** The same by another name or with user info. */
    public URI urlAt(String authority, String path) {
        return URI.create(scheme + "://" + authority + ":" + port() + path);
    }

    /** The URL of a content that needs no script. */
    public URI url(Content content) {
        return url(pathOf(content));
    }

    public static String pathOf(Content content) {
        return "/ok/" + content.seed() + "/" + content.bytes();
    }

    /** From now on answers a path like that; returns its URL. */
    public URI on(String path, Script script) {
        scripts.put(path, script);
        return url(path);
    }

    /** Every request so far, in the order in which their heads were read. */
    public List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    /** Every request so far for one path. */
    public List<RecordedRequest> requests(String path) {
        return requests.stream().filter(request -> request.path().equals(path)).toList();
    }

    public void forgetRequests() {
        requests.clear();
    }

    /** Connections that are open now. */
    public int connections() {
        return connections.size();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.add(connection);
                var _ = Thread.ofVirtual().start(() -> converse(connection));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void converse(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(connection.getInputStream());
            boolean open = true;
            while (open) {
                @Nullable RecordedRequest request = RecordedRequest.read(in);
                if (request == null) {
                    return;
                }
                requests.add(request);
                Exchange exchange = new Exchange(request, connection, in);
                scriptFor(request).answer(exchange);
                open = !exchange.ended();
            }
        } catch (IOException clientHasGone) {
            // Which is what clients do.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    private Script scriptFor(RecordedRequest request) {
        Script script = scripts.get(request.path());
        if (script != null) {
            return script;
        }
        Matcher ok = OK.matcher(request.path());
        if (!ok.matches()) {
            return Script.reply("404 Not Found", "", "no such file");
        }
        Content content = new Content(Long.parseLong(ok.group(1)), Long.parseLong(ok.group(2)));
        long cut = request.parameter("cut", Long.MAX_VALUE);
        return exchange -> {
            exchange.serve(content, request.parameter("rate", 0), cut);
            if (cut < content.bytes()) {
                exchange.end();
            }
        };
    }
}
