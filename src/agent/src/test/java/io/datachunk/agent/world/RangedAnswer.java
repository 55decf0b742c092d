package io.datachunk.agent.world;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How an origin answers a request for a file that it has: with a strong ETag, and from an offset on for whoever names that one. */
public final class RangedAnswer {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-");

    private RangedAnswer() {}

    /** Where the asker wants to go on; 0 for the whole file. */
    public static long offset(HttpExchange exchange, String etag) {
        @Nullable String range = exchange.getRequestHeaders().getFirst("Range");
        @Nullable String onlyIf = exchange.getRequestHeaders().getFirst("If-Range");
        Matcher matcher = RANGE.matcher(range == null ? "" : range);
        return matcher.matches() && (onlyIf == null || onlyIf.equals(etag)) ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** Sends status and headers for the bytes of a file from an {@link #offset} on, which have to follow. */
    public static void sendHead(HttpExchange exchange, String etag, long from, long length) throws IOException {
        exchange.getResponseHeaders().set("ETag", etag);
        if (from > 0) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (length - 1) + "/" + length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, length - from);
    }
}
