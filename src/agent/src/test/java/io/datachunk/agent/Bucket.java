package io.datachunk.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.datachunk.agent.world.RangedAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An origin on loopback with strong ETags, ranges, redirects, passwords and a brake; asked for an absolute address it is a proxy that has the
 * files of every host. Thread-safe.
 */
final class Bucket implements AutoCloseable {
    private static final int STEP = 8 << 10;

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, String> redirects = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final String scheme;
    private volatile @Nullable String authorization;
    private volatile long bytesPerSecond = Long.MAX_VALUE;

    /** What somebody asked for. */
    record Request(
            String uri,
            @Nullable String authorization,
            @Nullable String apiKey,
            long from) {}

    private Bucket(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    static Bucket http() throws IOException {
        return new Bucket(HttpServer.create(anyPort(), 1_024), "http");
    }

    static Bucket https(SSLContext context) throws IOException {
        HttpsServer server = HttpsServer.create(anyPort(), 1_024);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return new Bucket(server, "https");
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    String url() {
        return scheme + "://127.0.0.1:" + port();
    }

    int port() {
        return server.getAddress().getPort();
    }

    void put(String path, byte[] content) {
        files.put(path, content);
    }

    void redirect(String path, String location) {
        redirects.put(path, location);
    }

    /** From now on only who says this is answered. */
    void demand(String authorizationHeader) {
        authorization = authorizationHeader;
    }

    /** From now on each answer gets at most so much. */
    void brake(long bytesPerSecondOfEach) {
        bytesPerSecond = bytesPerSecondOfEach;
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Never closes the exchange of a complete answer: its connection may have the next request by then. */
    private void answer(HttpExchange exchange) throws IOException {
        @Nullable String said = exchange.getRequestHeaders().getFirst("Authorization");
        String path = exchange.getRequestURI().getPath();
        byte @Nullable [] content = files.get(path);
        String etag = "\"" + path.hashCode() + "\"";
        long from = content == null ? 0 : RangedAnswer.offset(exchange, etag);
        requests.add(new Request(
                exchange.getRequestURI().toString(),
                said,
                exchange.getRequestHeaders().getFirst("X-Api-Key"),
                from));
        @Nullable String location = redirects.get(path);
        if (location != null) {
            exchange.getResponseHeaders().set("Location", location);
            exchange.sendResponseHeaders(302, -1);
        } else if (authorization != null && !authorization.equals(said)) {
            exchange.sendResponseHeaders(401, -1);
        } else if (content == null) {
            exchange.sendResponseHeaders(404, -1);
        } else {
            RangedAnswer.sendHead(exchange, etag, from, content.length);
            try (OutputStream body = exchange.getResponseBody()) {
                send(content, (int) from, body);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void send(byte[] content, int from, OutputStream out) throws IOException, InterruptedException {
        for (int at = from; at < content.length; ) {
            int length = Math.min(STEP, content.length - at);
            out.write(content, at, length);
            at += length;
            if (bytesPerSecond < Long.MAX_VALUE) {
                out.flush();
                Thread.sleep(length * 1_000L / bytesPerSecond);
            }
        }
    }
}
