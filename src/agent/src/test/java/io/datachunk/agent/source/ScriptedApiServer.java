package io.datachunk.agent.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Lists in pages of two and watches of nodes and of DataChunks that name a node, by a server that can be made to fail in ways in which a
 * real one cannot be brought to fail at will. Thread-safe: its monitor guards everything.
 */
final class ScriptedApiServer implements AutoCloseable {
    private static final int PAGE = 2;
    private static final String CHUNKS = "/apis/datachunk.io/v1alpha1/datachunks";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, String> chunks = new TreeMap<>();
    private final List<OutputStream> chunkWatches = new ArrayList<>();
    private long revision = 100;
    private boolean laterPagesFail;
    private int failedPages;

    ScriptedApiServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The store as it shall be from now on; no watch is told. */
    synchronized void store(long newRevision, String... objects) {
        revision = newRevision;
        chunks.clear();
        for (int i = 0; i < objects.length; i++) {
            chunks.put("chunk-" + i, objects[i]);
        }
    }

    /** Whether what follows the first page of a list is answered with an error. */
    synchronized void failLaterPages(boolean fail) {
        laterPagesFail = fail;
        failedPages = 0;
    }

    synchronized int failedPages() {
        return failedPages;
    }

    synchronized long revision() {
        return revision;
    }

    synchronized int watches() {
        return chunkWatches.size();
    }

    /** Tells every watch of chunks. */
    synchronized void tell(String type, String object) {
        for (OutputStream watch : List.copyOf(chunkWatches)) {
            send(watch, "{\"type\": \"" + type + "\", \"object\": " + object.replace('\n', ' ') + "}\n");
        }
    }

    /** Ends every watch of chunks. */
    synchronized void dropWatches() {
        for (OutputStream watch : chunkWatches) {
            try {
                watch.close();
            } catch (IOException alreadyGone) {
                // nothing to end
            }
        }
        chunkWatches.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        Map<String, String> query = query(exchange);
        if (exchange.getRequestHeaders().containsKey("Upgrade")) {
            // What a proxy says that knows no WebSockets: the client goes on without.
            exchange.sendResponseHeaders(503, -1);
        } else if (query.containsKey("watch")) {
            watch(exchange, query);
        } else {
            list(exchange, query);
        }
    }

    private synchronized void list(HttpExchange exchange, Map<String, String> query) throws IOException {
        int from = Integer.parseInt(query.getOrDefault("continue", "0"));
        List<String> all = objects(exchange, query);
        if (from > 0 && laterPagesFail) {
            failedPages++;
            exchange.sendResponseHeaders(500, -1);
            return;
        }
        int to = Math.min(all.size(), from + PAGE);
        String more = to < all.size() ? ", \"continue\": \"" + to + "\"" : "";
        String body = "{\"kind\": \"List\", \"metadata\": {\"resourceVersion\": \"" + revision + "\"" + more
                + "}, \"items\": [" + String.join(", ", all.subList(from, to)) + "]}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private List<String> objects(HttpExchange exchange, Map<String, String> query) {
        if (!exchange.getRequestURI().getPath().equals(CHUNKS)) {
            return List.of("""
                    {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-a", "uid": "u", "resourceVersion": "1"}}""");
        }
        return "spec.nodeName=node-a".equals(query.get("fieldSelector")) ? List.copyOf(chunks.values()) : List.of();
    }

    private synchronized void watch(HttpExchange exchange, Map<String, String> query) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.flush();
        if (exchange.getRequestURI().getPath().equals(CHUNKS)
                && "spec.nodeName=node-a".equals(query.get("fieldSelector"))) {
            chunkWatches.add(out);
        }
    }

    private static void send(OutputStream watch, String line) {
        try {
            watch.write(line.getBytes(StandardCharsets.UTF_8));
            watch.flush();
        } catch (IOException gone) {
            // A client that has left hears nothing.
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        String raw = exchange.getRequestURI().getRawQuery();
        return raw == null
                ? new HashMap<>()
                : List.of(raw.split("&")).stream()
                        .map(pair -> pair.split("=", 2))
                        .sorted(Comparator.comparing(pair -> pair[0]))
                        .collect(Collectors.toMap(
                                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }
}
