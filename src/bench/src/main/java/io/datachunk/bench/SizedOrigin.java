package io.datachunk.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A loopback HTTP server on which every path ends with the number of bytes that it has: {@code /any/thing/4096}. */
final class SizedOrigin implements AutoCloseable {
    private static final byte[] BLOCK = new byte[64 << 10];

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    SizedOrigin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", SizedOrigin::answer);
        server.start();
    }

    /** The URL of a file of that many bytes. */
    String url(String name, long bytes) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name + "/" + bytes;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        long left = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
        exchange.sendResponseHeaders(200, left == 0 ? -1 : left);
        try (OutputStream body = exchange.getResponseBody()) {
            while (left > 0) {
                int length = (int) Math.min(left, BLOCK.length);
                body.write(BLOCK, 0, length);
                left -= length;
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
