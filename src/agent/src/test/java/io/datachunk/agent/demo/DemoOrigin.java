package io.datachunk.agent.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An HTTP server on loopback with the files of the demo's chunks, strong ETags and ranges, and a brake. Thread-safe. */
final class DemoOrigin implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-");
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

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            DemoChunk.@Nullable File file = files.get(exchange.getRequestURI().getPath());
            if (file == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String etag = "\"" + file.seed() + "-" + file.bytes() + "\"";
            long from = offset(exchange, etag);
            exchange.getResponseHeaders().set("ETag", etag);
            if (from > 0) {
                resumed.incrementAndGet();
                exchange.getResponseHeaders()
                        .set("Content-Range", "bytes " + from + "-" + (file.bytes() - 1) + "/" + file.bytes());
            }
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, file.bytes() - from);
            send(file, from, exchange.getResponseBody());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long offset(HttpExchange exchange, String etag) {
        @Nullable String range = exchange.getRequestHeaders().getFirst("Range");
        @Nullable String onlyIf = exchange.getRequestHeaders().getFirst("If-Range");
        Matcher matcher = RANGE.matcher(range == null ? "" : range);
        return matcher.matches() && (onlyIf == null || onlyIf.equals(etag)) ? Long.parseLong(matcher.group(1)) : 0;
    }

    private void send(DemoChunk.File file, long from, OutputStream out) throws IOException, InterruptedException {
        try (out) {
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
}
