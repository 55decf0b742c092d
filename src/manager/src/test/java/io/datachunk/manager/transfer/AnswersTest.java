package io.datachunk.manager.transfer;

import static io.datachunk.manager.origin.Script.raw;
import static io.datachunk.manager.origin.Script.redirect;
import static io.datachunk.manager.origin.Script.reply;
import static io.datachunk.manager.transfer.Downloads.digested;
import static io.datachunk.manager.transfer.Downloads.file;
import static io.datachunk.manager.transfer.Downloads.sized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Options;
import io.datachunk.manager.Reason;
import io.datachunk.manager.origin.Content;
import io.datachunk.manager.origin.Exchange;
import io.datachunk.manager.origin.Origin;
import io.datachunk.manager.origin.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which a source may answer a fresh request. */
class AnswersTest {
    private static final String GOOD = "the bytes of the file";
    private static final String PAGE = "<html>leaked text of a page</html>";
    private static final String SECRET = "hunter2";
    private static final long MAX_FILE_BYTES = 4 << 20;
    private static final Options ONE_AT_ONCE =
            Options.defaults().withConnections(1).withChunksAtOnce(1).withMaxFileBytes(MAX_FILE_BYTES);

    @TempDir
    Path directory;

    private Origin origin;
    private Downloads downloads;

    @BeforeEach
    void start() throws IOException {
        origin = Origin.http();
        downloads = Downloads.with(ONE_AT_ONCE);
    }

    @AfterEach
    void stop() throws IOException {
        downloads.close();
        origin.close();
    }

    @ParameterizedTest
    @MethodSource
    void acceptsOnlyAsWhole(Script script, UnaryOperator<FileSpec> declared, String content) throws IOException {
        origin.on("/file", script);
        origin.on("/target", reply("200 OK", "", GOOD));

        Outcome.Fetched fetched = downloads.fetched(directory, declared.apply(file("f", origin.url("/file"))));

        assertThat(directory.resolve("f")).hasContent(content);
        assertThat(fetched.files().getFirst().sizeBytes()).isEqualTo(content.length());
    }

    static Stream<Arguments> acceptsOnlyAsWhole() {
        String length = "\nContent-Length: " + GOOD.length();
        Script chunked = exchange -> {
            exchange.head("HTTP/1.1 200 OK\nTransfer-Encoding: chunked");
            exchange.chunk(bytes(GOOD.substring(0, 4)));
            exchange.chunk(bytes(GOOD.substring(4)));
            exchange.lastChunk();
        };
        return Stream.of(
                argumentSet("Content-Length", reply("200 OK", "", GOOD), as(f -> f), GOOD),
                argumentSet("Content-Length as declared", reply("200 OK", "", GOOD), as(AnswersTest::goodSize), GOOD),
                argumentSet("digest as declared", reply("200 OK", "", GOOD), as(AnswersTest::goodDigest), GOOD),
                argumentSet("an empty file", reply("200 OK", "", ""), as(f -> sized(f, 0)), ""),
                argumentSet("chunked to its end", chunked, as(f -> f), GOOD),
                argumentSet("chunked to its end, as declared", chunked, as(AnswersTest::goodSize), GOOD),
                argumentSet(
                        "no length but a declared one", raw("HTTP/1.1 200 OK", GOOD), as(AnswersTest::goodSize), GOOD),
                argumentSet("HTTP/1.0", raw("HTTP/1.0 200 OK" + length, GOOD), as(f -> f), GOOD),
                argumentSet(
                        "no reason phrase, names in capitals",
                        raw("HTTP/1.1 200\nCONTENT-LENGTH: " + GOOD.length(), GOOD),
                        as(f -> f),
                        GOOD),
                argumentSet("one length said twice", raw("HTTP/1.1 200 OK" + length + length, GOOD), as(f -> f), GOOD),
                argumentSet("identity coding", reply("200 OK", "Content-Encoding: identity", GOOD), as(f -> f), GOOD),
                argumentSet(
                        "200 that says it is the whole range",
                        reply("200 OK", "Content-Range: bytes 0-" + (GOOD.length() - 1) + "/" + GOOD.length(), GOOD),
                        as(f -> f),
                        GOOD),
                argumentSet(
                        "100 before 200",
                        raw("HTTP/1.1 100 Continue", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"),
                        as(f -> f),
                        "abc"),
                argumentSet("301", redirect("301 Moved", "/target"), as(f -> f), GOOD),
                argumentSet("302", redirect("302 Found", "target"), as(AnswersTest::goodDigest), GOOD),
                argumentSet("303", redirect("303 See Other", "/target?q"), as(f -> f), GOOD),
                argumentSet("307", redirect("307 Temporary Redirect", "/target"), as(f -> f), GOOD),
                argumentSet("308", redirect("308 Permanent Redirect", "/target"), as(f -> f), GOOD));
    }

    @ParameterizedTest
    @MethodSource
    void refusesAndFreesTheSlot(Script script, UnaryOperator<FileSpec> declared, Reason reason, boolean permanent)
            throws IOException {
        origin.on("/file", script);
        URI url = origin.urlAt("user:" + SECRET + "@127.0.0.1", "/file?sig=" + SECRET);
        FileSpec healthy = file("g", origin.url(new Content(1, 1_000)));
        if (reason == Reason.STALLED) {
            downloads.close();
            downloads = new Downloads(ONE_AT_ONCE, Downloads.BOOT, Downloads.IMPATIENT);
        }

        Outcome.Failed failed = downloads.failed(directory.resolve("bad"), declared.apply(file("f", url)));

        assertThat(failed.reason()).as(failed.message()).isEqualTo(reason);
        assertThat(failed.permanent()).isEqualTo(permanent);
        assertThat(failed.message())
                .contains("127.0.0.1:" + origin.port() + "/")
                .doesNotContain(SECRET, "user", "sig=", "leaked", "<", "\n");
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(1))
                .until(() -> downloads.fetch(directory.resolve("good"), healthy) instanceof Outcome.Fetched);
    }

    static Stream<Arguments> refusesAndFreesTheSlot() {
        return Stream.of(statuses(), lengths(), bodies(), connections(), redirects())
                .flatMap(cases -> cases);
    }

    private static Stream<Arguments> statuses() {
        Stream<Arguments> lasting = Stream.of("400 Bad", "401 Unauthorized", "403 Forbidden", "405 No", "451 Legal")
                .map(status -> lasting(status, reply(status, "", PAGE), Reason.FORBIDDEN));
        Stream<Arguments> missing = Stream.of("404 Not Found", "410 Gone")
                .map(status -> lasting(status, reply(status, "", PAGE), Reason.NOT_FOUND));
        Stream<Arguments> later = Stream.of(
                        "408 Timeout",
                        "425 Early",
                        "429 Slow",
                        "500 A",
                        "502 B",
                        "503 C",
                        "504 D",
                        "501 E",
                        "507 F",
                        "201 Created",
                        "203 Other",
                        "300 Many",
                        "305 Proxy",
                        "599 G",
                        "206 Partial",
                        "416 Range")
                .map(status -> passing(status, reply(status, "", PAGE), Reason.SOURCE_REFUSED));
        return Stream.of(lasting, missing, later).flatMap(cases -> cases);
    }

    private static Stream<Arguments> lengths() {
        Reason mismatch = Reason.SIZE_MISMATCH;
        return Stream.of(
                lasting("no length at all", raw("HTTP/1.1 200 OK", GOOD), mismatch),
                lasting("a page, another length than declared", reply("200 OK", "", PAGE), AnswersTest::goodSize),
                lasting("no length, longer than declared", raw("HTTP/1.1 200 OK", PAGE), AnswersTest::goodSize),
                lasting("chunked, longer than declared", chunked(PAGE), AnswersTest::goodSize),
                lasting("chunked, shorter than declared", chunked("no"), AnswersTest::goodSize),
                lasting("two lengths", raw("HTTP/1.1 200 OK\nContent-Length: 3\nContent-Length: 4", GOOD), mismatch),
                lasting("a list of lengths", raw("HTTP/1.1 200 OK\nContent-Length: 3, 3", GOOD), mismatch),
                lasting("a length of letters", raw("HTTP/1.1 200 OK\nContent-Length: many", GOOD), mismatch),
                lasting(
                        "a length of 30 digits",
                        raw("HTTP/1.1 200 OK\nContent-Length: " + "9".repeat(30), ""),
                        mismatch),
                lasting("too large", raw("HTTP/1.1 200 OK\nContent-Length: " + (MAX_FILE_BYTES + 1), ""), mismatch),
                lasting("a part as 200", reply("200 OK", "Content-Range: bytes 0-20/99", GOOD), mismatch),
                lasting("another part as 200", reply("200 OK", "Content-Range: bytes 5-25/26", GOOD), mismatch),
                lasting("a negative length", raw("HTTP/1.1 200 OK\nContent-Length: -5", GOOD), mismatch),
                lasting(
                        "chunked without an end",
                        exchange -> {
                            exchange.head("HTTP/1.1 200 OK\nTransfer-Encoding: chunked");
                            for (long sent = 0; sent <= MAX_FILE_BYTES + (1 << 20); sent += 1 << 16) {
                                exchange.chunk(new byte[1 << 16]);
                            }
                            exchange.silence();
                        },
                        mismatch));
    }

    private static Stream<Arguments> bodies() {
        return Stream.of(
                passing("a cut body", raw("HTTP/1.1 200 OK\nContent-Length: 99", GOOD), Reason.SOURCE_UNREACHABLE),
                passing(
                        "a cut body of declared size",
                        raw("HTTP/1.1 200 OK", "short"),
                        AnswersTest::goodSize,
                        Reason.SOURCE_UNREACHABLE),
                passing(
                        "a cut chunk",
                        raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", "20\r\nnot so much"),
                        Reason.SOURCE_UNREACHABLE),
                passing(
                        "chunks without a last one",
                        raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", "3\r\nabc\r\n"),
                        Reason.SOURCE_UNREACHABLE),
                passing(
                        "chunks of nonsense",
                        raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", "zz\r\nabc\r\n0\r\n\r\n"),
                        Reason.SOURCE_UNREACHABLE),
                lasting("gzip", reply("200 OK", "Content-Encoding: gzip", GOOD), Reason.SIZE_MISMATCH),
                lasting(
                        "gzip and identity",
                        reply("200 OK", "Content-Encoding: gzip\nContent-Encoding: identity", GOOD),
                        Reason.SIZE_MISMATCH),
                lasting(
                        "a coding of the transfer",
                        raw("HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked", "3\r\nabc\r\n0\r\n\r\n"),
                        Reason.SIZE_MISMATCH),
                passing(
                        "a page instead of what the digest says",
                        reply("200 OK", "", PAGE),
                        AnswersTest::goodDigest,
                        Reason.CHECKSUM_MISMATCH),
                passing(
                        "other bytes of the declared size",
                        reply("200 OK", "", "?".repeat(GOOD.length())),
                        f -> goodDigest(goodSize(f)),
                        Reason.CHECKSUM_MISMATCH));
    }

    private static Stream<Arguments> connections() {
        Reason unreachable = Reason.SOURCE_UNREACHABLE;
        return Stream.of(
                passing("garbage instead of a status line", raw("\u0001\u0002 leaked nonsense", ""), unreachable),
                passing("another protocol", raw("SSH-2.0-leaked", ""), unreachable),
                passing(
                        "a body without a head",
                        exchange -> {
                            exchange.raw(PAGE);
                            exchange.end();
                        },
                        unreachable),
                passing("no answer", Exchange::end, unreachable),
                passing("a reset", Exchange::reset, unreachable),
                passing(
                        "a reset in the body",
                        exchange -> {
                            exchange.head("HTTP/1.1 200 OK\nContent-Length: 1000");
                            exchange.write(bytes(GOOD));
                            exchange.reset();
                        },
                        unreachable),
                passing(
                        "a megabyte of headers",
                        exchange -> {
                            exchange.head("HTTP/1.1 200 OK\nX: " + "x".repeat(1 << 20));
                            exchange.end();
                        },
                        unreachable),
                passing(
                        "headers without an end",
                        exchange -> {
                            for (int i = 0; i < 100_000; i++) {
                                exchange.raw("X-" + i + ": leaked\r\n");
                            }
                            exchange.silence();
                        },
                        unreachable),
                passing("silence", Exchange::silence, Reason.STALLED),
                passing(
                        "half a head and silence",
                        exchange -> {
                            exchange.raw("HTTP/1.1 200 OK\r\nContent-");
                            exchange.silence();
                        },
                        Reason.STALLED),
                passing(
                        "a head and silence",
                        exchange -> {
                            exchange.head("HTTP/1.1 200 OK\nContent-Length: 1000");
                            exchange.silence();
                        },
                        Reason.STALLED),
                passing(
                        "a drip",
                        exchange -> {
                            exchange.head("HTTP/1.1 200 OK\nContent-Length: 1000");
                            exchange.drip(new byte[1_000], 200);
                        },
                        Reason.STALLED),
                passing(
                        "a head that drips",
                        exchange -> {
                            exchange.drip(bytes("HTTP/1.1 200 OK\r\nX: " + "x".repeat(1_000)), 100);
                        },
                        Reason.STALLED));
    }

    private static Stream<Arguments> redirects() {
        return Stream.of(
                passing("a redirect loop", redirect("302 Found", "/file"), Reason.SOURCE_REFUSED),
                passing("a redirect to nowhere", reply("302 Found", "", PAGE), Reason.SOURCE_REFUSED),
                passing("a redirect to nonsense", redirect("302 Found", "http://<leaked>"), Reason.SOURCE_REFUSED),
                lasting("a redirect to ftp", redirect("302 Found", "ftp://leaked/x"), Reason.ADDRESS_REFUSED),
                lasting("a redirect to a file", redirect("302 Found", "file:///etc/leaked"), Reason.ADDRESS_REFUSED));
    }

    @Test
    void followsFiveRedirectsAndNoSixth() throws IOException {
        for (int hop = 1; hop <= 6; hop++) {
            origin.on("/hop" + hop, redirect("302 Found", hop == 6 ? "/target" : "/hop" + (hop + 1)));
        }
        origin.on("/target", reply("200 OK", "", GOOD));

        assertThat(downloads.fetch(directory.resolve("five"), file("f", origin.url("/hop2"))))
                .isInstanceOf(Outcome.Fetched.class);
        assertThat(downloads
                        .failed(directory.resolve("six"), file("f", origin.url("/hop1")))
                        .reason())
                .isEqualTo(Reason.SOURCE_REFUSED);
    }

    @ParameterizedTest
    @CsvSource({"7, 7000", "0, 0", "-3, 0", "soon, 0", "999999999999999999, 600000", "99999999999999999999999, 0"})
    void passesOnHowLongToWait(String retryAfter, long expectedMs) throws IOException {
        origin.on("/file", reply("503 Later", "Retry-After: " + retryAfter, ""));

        assertThat(downloads.failed(directory, file("f", origin.url("/file"))).retryAfterMs())
                .isEqualTo(expectedMs);
    }

    @ParameterizedTest
    @CsvSource({"90, 90000", "-90, 0", "86400000, 600000"})
    void passesOnUntilWhenToWait(long seconds, long expectedMs) throws IOException {
        String headers = "Date: " + Exchange.httpDate(0) + "\nRetry-After: " + Exchange.httpDate(seconds);
        origin.on("/file", reply("429 Too Many", headers, ""));

        assertThat(downloads.failed(directory, file("f", origin.url("/file"))).retryAfterMs())
                .isBetween(expectedMs - 1_000, expectedMs + 1_000);
    }

    @Test
    void saysWhoDoesNotListen() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        Outcome.Failed failed =
                downloads.failed(directory, file("f", URI.create("http://127.0.0.1:" + port + "/x?" + SECRET)));

        assertThat(failed.reason()).isEqualTo(Reason.SOURCE_UNREACHABLE);
        assertThat(failed.permanent()).isFalse();
        assertThat(failed.message()).isEqualTo("no connection to http://127.0.0.1:" + port + "/x");
    }

    @Test
    void saysWhichHostHasNoAddress() throws IOException {
        Outcome.Failed failed = downloads.failed(directory, file("f", URI.create("http://no-such-host.invalid/x")));

        assertThat(failed.reason()).isEqualTo(Reason.SOURCE_UNREACHABLE);
        assertThat(failed.message()).isEqualTo("no address for the host of http://no-such-host.invalid/x");
    }

    @Test
    void aBodyLongerThanItsLengthDoesNotReachTheNextFile() throws IOException {
        origin.on("/long", exchange -> {
            exchange.head("HTTP/1.1 200 OK\nContent-Length: " + GOOD.length());
            exchange.write(bytes(GOOD + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"));
        });
        Content honest = new Content(2, 5_000);

        downloads.fetched(directory.resolve("1"), file("f", origin.url("/long")));
        Outcome next = downloads.fetch(directory.resolve("2"), file("f", origin.url(honest)));

        assertThat(directory.resolve("1").resolve("f")).hasContent(GOOD);
        assertThat(next).isInstanceOf(Outcome.Fetched.class);
        assertThat(directory.resolve("2").resolve("f")).hasBinaryContent(honest.toBytes());
    }

    @Test
    void aFailedFileStopsItsSiblings() throws IOException {
        downloads.close();
        downloads = Downloads.with(Options.defaults());
        Content slow = new Content(3, 100 << 20);
        origin.on("/missing", exchange -> {
            while (origin.requests(Origin.pathOf(slow)).isEmpty()) {
                Thread.onSpinWait();
            }
            reply("404 Not Found", "", PAGE).answer(exchange);
        });

        Outcome.Failed failed = downloads.failed(
                directory,
                file("slow", URI.create(origin.url(slow) + "?rate=100000")),
                file("missing", origin.url("/missing")));

        assertThat(failed.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(failed.bytesDone()).isLessThan(slow.bytes());
        assertThat(Files.size(directory.resolve("slow"))).isEqualTo(failed.bytesDone());
    }

    private static Arguments lasting(String name, Script script, Reason reason) {
        return argumentSet(name, script, as(f -> f), reason, true);
    }

    private static Arguments lasting(String name, Script script, UnaryOperator<FileSpec> declared) {
        return argumentSet(name, script, declared, Reason.SIZE_MISMATCH, true);
    }

    private static Arguments passing(String name, Script script, Reason reason) {
        return argumentSet(name, script, as(f -> f), reason, false);
    }

    private static Arguments passing(String name, Script script, UnaryOperator<FileSpec> declared, Reason reason) {
        return argumentSet(name, script, declared, reason, false);
    }

    private static Script chunked(String body) {
        return exchange -> {
            exchange.head("HTTP/1.1 200 OK\nTransfer-Encoding: chunked");
            exchange.chunk(bytes(body));
            exchange.lastChunk();
        };
    }

    private static UnaryOperator<FileSpec> as(UnaryOperator<FileSpec> declared) {
        return declared;
    }

    private static FileSpec goodSize(FileSpec file) {
        return sized(file, GOOD.length());
    }

    private static FileSpec goodDigest(FileSpec file) {
        return digested(file, Content.sha256(bytes(GOOD)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
