package io.datachunk.manager.transfer;

import static io.datachunk.manager.transfer.Downloads.declared;
import static io.datachunk.manager.transfer.Downloads.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.Options;
import io.datachunk.manager.Reason;
import io.datachunk.manager.origin.Content;
import io.datachunk.manager.origin.Origin;
import io.datachunk.manager.origin.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies that are large enough to be read past OkHttp: those from {@link PlainBody#MIN_BYTES} on, beside smaller ones. */
class LargeBodiesTest {
    private static final Content LARGE = new Content(7, PlainBody.MIN_BYTES + 4_321);
    private static final String HEAD = "HTTP/1.1 200 OK\nContent-Length: " + LARGE.bytes();

    @TempDir
    Path directory;

    private Origin origin;
    private Downloads downloads;

    @BeforeEach
    void start() throws IOException {
        origin = Origin.http();
        downloads = Downloads.with(Options.defaults().withConnections(1));
    }

    @AfterEach
    void stop() throws IOException {
        downloads.close();
        origin.close();
    }

    @ParameterizedTest
    @MethodSource
    void comesWhole(Script script) throws IOException {
        origin.on("/large", script);

        downloads.fetched(directory, declared("f", origin.url("/large"), LARGE));

        assertThat(directory.resolve("f")).hasBinaryContent(LARGE.toBytes());
    }

    static Stream<Arguments> comesWhole() {
        byte[] body = LARGE.toBytes();
        return Stream.of(
                Arguments.argumentSet("served well", Script.serve(LARGE)),
                Arguments.argumentSet("the first byte by itself", (Script) exchange -> {
                    exchange.head(HEAD);
                    exchange.write(LARGE.slice(0, 1));
                    Thread.sleep(50);
                    exchange.write(LARGE.slice(1, body.length - 1));
                }),
                Arguments.argumentSet("the head in pieces", (Script) exchange -> {
                    exchange.raw("HTTP/1.1 200 OK\r\nContent-");
                    Thread.sleep(50);
                    exchange.raw("Length: " + LARGE.bytes() + "\r\n\r");
                    Thread.sleep(50);
                    exchange.raw("\n");
                    exchange.write(body);
                }),
                Arguments.argumentSet("a line end without a carriage return", (Script) exchange -> {
                    exchange.raw(HEAD + "\n\n");
                    exchange.write(body);
                }),
                Arguments.argumentSet("103 before 200", (Script) exchange -> {
                    exchange.head("HTTP/1.1 103 Early Hints\nLink: </style.css>; rel=preload");
                    exchange.head(HEAD);
                    exchange.write(body);
                }));
    }

    @Test
    void oneThatIsCutIsGoneOnWithWhereItEnded() throws IOException {
        long cut = LARGE.bytes() - 1_000;
        origin.on("/large", Script.inTurn(Script.cutAfter(LARGE, cut), Script.serve(LARGE)));

        Outcome.Failed failed = downloads.failed(directory, declared("f", origin.url("/large"), LARGE));
        downloads.fetched(directory, declared("f", origin.url("/large"), LARGE));

        assertThat(failed.reason()).isEqualTo(Reason.SOURCE_UNREACHABLE);
        assertThat(failed.permanent()).isFalse();
        assertThat(origin.requests("/large").getLast().header("range")).contains("bytes=" + cut + "-");
        assertThat(directory.resolve("f")).hasBinaryContent(LARGE.toBytes());
    }

    @Test
    void whatFollowsItDoesNotReachTheNextFile() throws IOException {
        origin.on("/long", exchange -> {
            exchange.head(HEAD);
            exchange.write(LARGE.toBytes());
            exchange.raw("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
        });
        Content small = new Content(2, 5_000);

        downloads.fetched(directory.resolve("1"), file("f", origin.url("/long")));
        downloads.fetched(directory.resolve("2"), file("f", origin.url(small)));

        assertThat(directory.resolve("1").resolve("f")).hasBinaryContent(LARGE.toBytes());
        assertThat(directory.resolve("2").resolve("f")).hasBinaryContent(small.toBytes());
    }
}
