package io.datachunk.manager.origin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** How the origin answers a request for one path. Called from the connection's thread; needs to be thread-safe. */
@FunctionalInterface
public interface Script {
    /** Writes what it likes. The connection stays open for the next request unless the exchange was ended. */
    void answer(Exchange exchange) throws IOException, InterruptedException;

    /** The first answers the first request, and so on; the last one answers all that follow. */
    static Script inTurn(Script... scripts) {
        AtomicInteger next = new AtomicInteger();
        return exchange -> scripts[Math.min(next.getAndIncrement(), scripts.length - 1)].answer(exchange);
    }

    /** A status line and headers of one's own, and a body that may not fit them; then the connection is closed. */
    static Script raw(String head, byte[] body) {
        return exchange -> {
            exchange.head(head);
            exchange.write(body);
            exchange.end();
        };
    }

    /** The same with a body of text. */
    static Script raw(String head, String body) {
        return raw(head, body.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A whole answer that is well formed, with headers of one's own. */
    static Script reply(String status, String headers, String body) {
        return exchange -> {
            exchange.head("HTTP/1.1 " + status + "\n" + headers + "\nContent-Length: " + body.length());
            exchange.write(body.getBytes(StandardCharsets.ISO_8859_1));
        };
    }

    /** Answers with a whole content and with ranges of it, as a good server does. */
    static Script serve(Content content) {
        return exchange -> exchange.serve(content);
    }

    /** The same, but the connection breaks after that many bytes of body. */
    static Script cutAfter(Content content, long bytes) {
        return exchange -> {
            exchange.serve(content, 0, bytes);
            exchange.end();
        };
    }

    /** Sends a client elsewhere. */
    static Script redirect(String status, String location) {
        return reply(status, "Location: " + location, "");
    }
}
