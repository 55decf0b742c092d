package io.datachunk.manager.origin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request and the means to answer it badly. Used by the connection's thread. */
public final class Exchange {
    private static final int PIECE_BYTES = 64 << 10;
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-");

    private final RecordedRequest request;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private boolean ended;

    Exchange(RecordedRequest request, Socket socket, InputStream in) throws IOException {
        this.request = request;
        this.socket = socket;
        this.in = in;
        this.out = socket.getOutputStream();
    }

    public RecordedRequest request() {
        return request;
    }

    /** Lines of a head, separated by newlines; the empty line after them is added. */
    public void head(String lines) throws IOException {
        raw(lines.lines().filter(line -> !line.isBlank()).reduce("", (all, line) -> all + line + "\r\n") + "\r\n");
    }

    public void raw(String text) throws IOException {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** One piece of a body in chunked coding. */
    public void chunk(byte[] bytes) throws IOException {
        raw(Integer.toHexString(bytes.length) + "\r\n");
        write(bytes);
        raw("\r\n");
    }

    /** The end of a body in chunked coding. */
    public void lastChunk() throws IOException {
        raw("0\r\n\r\n");
    }

    /** A byte, a wait, a byte, a wait, until the client has had enough. */
    public void drip(byte[] bytes, long everyMs) throws IOException {
        for (byte each : bytes) {
            write(new byte[] {each});
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(everyMs));
        }
    }

    /** Says nothing more, until the client has gone. */
    public void silence() throws IOException {
        ended = true;
        in.transferTo(OutputStream.nullOutputStream());
    }

    /** The connection is closed after this answer. */
    public void end() {
        ended = true;
    }

    /** The connection is reset now. */
    public void reset() throws IOException {
        ended = true;
        socket.setSoLinger(true, 0);
        socket.close();
    }

    boolean ended() {
        return ended;
    }

    /** A whole content or the range that was asked for. */
    public void serve(Content content) throws IOException {
        serve(content, 0, Long.MAX_VALUE);
    }

    /**
     * The same with limits.
     *
     * @param bytesPerSecond 0: as fast as it goes
     * @param most bytes of body that are sent; the head promises all
     */
    public void serve(Content content, long bytesPerSecond, long most) throws IOException {
        Optional<String> ifRange = request.header("if-range");
        Matcher range = RANGE.matcher(request.header("range").orElse(""));
        boolean partial = range.matches() && ifRange.map(content.etag()::equals).orElse(true);
        long from = partial ? Long.parseLong(range.group(1)) : 0;
        if (partial && from >= content.bytes()) {
            head("HTTP/1.1 416 Range Not Satisfiable\nContent-Range: bytes */" + content.bytes()
                    + "\nContent-Length: 0");
            return;
        }
        head((partial
                        ? "HTTP/1.1 206 Partial Content\nContent-Range: bytes " + from + "-" + (content.bytes() - 1)
                                + "/" + content.bytes()
                        : "HTTP/1.1 200 OK")
                + "\nContent-Length: " + (content.bytes() - from) + "\nETag: " + content.etag() + "\nDate: "
                + httpDate(0));
        long end = Math.min(content.bytes(), most > content.bytes() ? content.bytes() : from + most);
        int piece = bytesPerSecond == 0 ? PIECE_BYTES : Math.clamp(bytesPerSecond / 50, 1, PIECE_BYTES);
        for (long at = from; at < end; at += piece) {
            int length = (int) Math.min(piece, end - at);
            write(content.slice(at, length));
            if (bytesPerSecond > 0) {
                LockSupport.parkNanos(length * 1_000_000_000L / bytesPerSecond);
            }
        }
    }

    /** Now, or that many seconds later, as HTTP writes it. */
    public static String httpDate(long inSeconds) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(inSeconds));
    }
}
