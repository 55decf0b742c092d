package io.datachunk.agent.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.datachunk.agent.ChunkRow;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The endpoints of an agent. Thread-safe; a few threads of its own answer. */
public final class AgentServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentServer.class);

    /** A kubelet, a scraper and two people; a slow one of them holds up none of the others. */
    private static final int THREADS = 4;

    private static final String ADVICE = "give another address with --http";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads;
    private final NodeView view;
    private final AgentMetrics metrics;

    private AgentServer(HttpServer server, NodeView view, AgentMetrics metrics) {
        this.server = server;
        this.view = view;
        this.metrics = metrics;
        this.threads = Executors.newFixedThreadPool(
                THREADS, Thread.ofPlatform().name("http-", 0).daemon().factory());
    }

    /**
     * Listens and answers.
     *
     * @throws IOException in one line that says what to change, if the address cannot be listened on
     */
    public static AgentServer start(InetSocketAddress address, NodeView view, AgentMetrics metrics) throws IOException {
        // Read once by the JDK's server: a client that sends or takes nothing gives its thread back, in seconds.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "30");
        HttpServer http;
        try {
            http = HttpServer.create(resolve(address), 0);
        } catch (BindException e) {
            throw new IOException(shown(address) + " cannot be listened on (" + e.getMessage() + "): " + ADVICE, e);
        }
        AgentServer server = new AgentServer(http, view, metrics);
        server.answer("/livez", server::livez);
        server.answer("/readyz", server::readyz);
        server.answer("/metrics", server::metrics);
        server.answer("/v1/chunks", server::chunks);
        http.createContext("/", server.guarded("", server::notFound));
        http.setExecutor(server.threads);
        http.start();
        return server;
    }

    private static InetSocketAddress resolve(InetSocketAddress address) throws IOException {
        if (!address.isUnresolved()) {
            return address;
        }
        InetSocketAddress resolved = new InetSocketAddress(address.getHostString(), address.getPort());
        if (resolved.isUnresolved()) {
            throw new IOException(shown(address) + " cannot be listened on (unknown host): " + ADVICE);
        }
        return resolved;
    }

    private static String shown(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    /** Where it listens; the port is known also when any was asked for. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private void answer(String path, Answer answer) {
        server.createContext(path, guarded(path, answer));
    }

    /** Takes GET and HEAD of exactly the path; the server itself would take every path that begins with it. */
    private com.sun.net.httpserver.HttpHandler guarded(String path, Answer answer) {
        return exchange -> {
            try (exchange) {
                String method = exchange.getRequestMethod();
                if (!path.isEmpty() && !exchange.getRequestURI().getPath().equals(path)) {
                    notFound(exchange);
                } else if (!method.equals("GET") && !method.equals("HEAD")) {
                    exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                    send(exchange, 405, TEXT, "only GET and HEAD\n");
                } else {
                    answer.to(exchange);
                }
            } catch (IOException clientGone) {
                LOG.debug("a client went away", clientGone);
            } catch (RuntimeException e) {
                LOG.error(
                        "a defect: {} could not be answered",
                        exchange.getRequestURI().getPath(),
                        e);
            }
        };
    }

    private void livez(HttpExchange exchange) throws IOException {
        send(exchange, 200, TEXT, "ok\n");
    }

    private void readyz(HttpExchange exchange) throws IOException {
        List<String> missing = view.notReady();
        if (missing.isEmpty()) {
            send(exchange, 200, TEXT, "ok\n");
        } else {
            send(exchange, 503, TEXT, "not ready: " + String.join("; ", missing) + "\n");
        }
    }

    private void metrics(HttpExchange exchange) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream(16 << 10);
        String contentType = metrics.write(text);
        send(exchange, 200, contentType, text.toByteArray());
    }

    private void chunks(HttpExchange exchange) throws IOException {
        Optional<List<ChunkRow>> rows = view.rows();
        if (rows.isEmpty()) {
            send(exchange, 503, TEXT, "not ready: the data directory is not open yet\n");
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream body = new BufferedOutputStream(exchange.getResponseBody(), 64 << 10)) {
            ChunkListJson.write(rows.get(), body);
        }
    }

    private void notFound(HttpExchange exchange) throws IOException {
        send(exchange, 404, TEXT, "there are /livez, /readyz, /metrics and /v1/chunks\n");
    }

    private static void send(HttpExchange exchange, int status, String contentType, String text) throws IOException {
        send(exchange, status, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, String contentType, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", contentType);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
