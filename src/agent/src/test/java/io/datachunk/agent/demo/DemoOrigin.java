package io.datachunk.agent.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.datachunk.agent.world.RangedAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An HTTP server on loopback with the files of the demo's chunks, strong ETags and ranges, and a brake. Thread-safe. */
final class DemoOrigin implements AutoCloseable {
    private static final int STEP = 256 << 10;

    private final Map<String, DemoChunk.File> files;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong sentBytes = new AtomicLong();
    private final AtomicInteger resumed = new AtomicInteger();
    private volatile long bytesPerSecond = Long.MAX_VALUE;

    DemoOrigin(List<DemoChunk> chunks) throws IOException {
        files = chunks.stream()
                .flatMap(chunk -> chunk.files().stream())
                .collect(Collectors.toMap(DemoChunk.File::path, Function.identity()));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on each connection gets at most so much. */
    void brake(long bytesPerSecondAndConnection) {
        bytesPerSecond = bytesPerSecondAndConnection;
    }

    long sentBytes() {
        return sentBytes.get();
    }

    /** Requests so far that went on where an earlier one had come to. */
    int resumed() {
        return resumed.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Never closes the exchange of a complete answer: its connection may have the next request by then. */
    private void answer(HttpExchange exchange) throws IOException {
        DemoChunk.@Nullable File file = files.get(exchange.getRequestURI().getPath());
        if (file == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        String etag = "\"" + file.seed() + "-" + file.bytes() + "\"";
        long from = RangedAnswer.offset(exchange, etag);
        if (from > 0) {
            resumed.incrementAndGet();
        }
        RangedAnswer.sendHead(exchange, etag, from, file.bytes());
        try (OutputStream body = exchange.getResponseBody()) {
            send(file, from, body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(DemoChunk.File file, long from, OutputStream out) throws IOException, InterruptedException {
        for (long offset = from; offset < file.bytes(); ) {
            int length = (int) Math.min(STEP, file.bytes() - offset);
            out.write(file.slice(offset, length));
            out.flush();
            sentBytes.addAndGet(length);
            offset += length;
            Thread.sleep(length * 1_000L / bytesPerSecond);
        }
    }
}
