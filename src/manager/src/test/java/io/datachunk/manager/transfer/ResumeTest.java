package io.datachunk.manager.transfer;

import static io.datachunk.manager.origin.Script.cutAfter;
import static io.datachunk.manager.origin.Script.inTurn;
import static io.datachunk.manager.origin.Script.serve;
import static io.datachunk.manager.transfer.Downloads.declared;
import static io.datachunk.manager.transfer.Downloads.digested;
import static io.datachunk.manager.transfer.Downloads.file;
import static io.datachunk.manager.transfer.Downloads.sized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Options;
import io.datachunk.manager.Reason;
import io.datachunk.manager.origin.Content;
import io.datachunk.manager.origin.Exchange;
import io.datachunk.manager.origin.Origin;
import io.datachunk.manager.origin.RecordedRequest;
import io.datachunk.manager.origin.Script;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads that were interrupted, and what a later process makes of them. Every download here is by a new one. */
class ResumeTest {
    private static final Content CONTENT = new Content(1, 3 << 20);
    private static final long CUT = (2 << 20) + 12_345;

    @TempDir
    Path staging;

    private Origin origin;
    private URI url;

    @BeforeEach
    void start() throws IOException {
        origin = Origin.http();
        url = origin.on("/file", inTurn(cutAfter(CONTENT, CUT), serve(CONTENT)));
    }

    @AfterEach
    void stop() throws IOException {
        origin.close();
    }

    @Test
    void goesOnWhereTheOtherProcessEnded() throws IOException {
        Outcome.Failed cut = (Outcome.Failed) download(file("f", url));

        Outcome resumed = download(file("f", url));

        assertThat(cut.bytesDone()).isEqualTo(CUT);
        assertWhole(resumed);
        assertThat(rangesAsked()).containsExactly("none", "bytes=" + CUT + "-");
        assertThat(requests().getLast().header("if-range")).contains(CONTENT.etag());
    }

    @Test
    void provesTheDigestOverOldAndNewBytes() throws IOException {
        var _ = download(declared("f", url, CONTENT));

        assertWhole(download(declared("f", url, CONTENT)));

        assertThat(rangesAsked()).containsExactly("none", "bytes=" + CUT + "-");
    }

    @Test
    void findsOldBytesThatHaveChanged() throws IOException {
        var _ = download(declared("f", url, CONTENT));
        try (var channel = Files.newByteChannel(staging.resolve("f"), StandardOpenOption.WRITE)) {
            assertThat(channel.write(java.nio.ByteBuffer.wrap(new byte[100]))).isEqualTo(100);
        }

        Outcome.Failed failed = (Outcome.Failed) download(declared("f", url, CONTENT));
        Outcome again = download(declared("f", url, CONTENT));

        assertThat(failed.reason()).isEqualTo(Reason.CHECKSUM_MISMATCH);
        assertThat(failed.bytesDone()).isZero();
        assertWhole(again);
        assertThat(rangesAsked()).containsExactly("none", "bytes=" + CUT + "-", "none");
    }

    @Test
    void beginsAnewAfterTheMachineWentDown() throws IOException {
        var _ = download(file("f", url));

        assertWhole(download("another boot", file("f", url)));

        assertThat(rangesAsked()).containsExactly("none", "none");
    }

    @Test
    void aRecordOfAnotherBootIsNotBelievedForBeingWrittenAgain() throws IOException {
        origin.on("/file", inTurn(cutAfter(CONTENT, CUT), Exchange::end, serve(CONTENT)));
        FileSpec[] files = {file("a", origin.url(new Content(2, 100))), file("f", url)};
        var _ = download(files);
        Files.write(staging.resolve("f"), new byte[1 << 20]);

        var _ = download("another boot", files);
        assertWhole(download("another boot", files));

        assertThat(rangesAsked()).containsExactly("none", "none", "none");
    }

    @Test
    void keepsFilesThatAreWhole() throws IOException {
        Content small = new Content(2, 100_000);
        FileSpec whole = declared("whole", origin.url(small), small);
        FileSpec empty = sized(file("empty", origin.url(new Content(3, 0))), 0);
        url = origin.on("/file", exchange -> {
            while (!Files.exists(staging.resolve(ResumeRecord.FILE_NAME))
                    || !Files.readString(staging.resolve(ResumeRecord.FILE_NAME))
                            .contains("empty")
                    || !Files.readString(staging.resolve(ResumeRecord.FILE_NAME))
                            .contains("whole")) {
                Thread.onSpinWait();
            }
            exchange.end();
        });
        var _ = download(file("f", url), whole, empty);
        origin.on("/file", serve(CONTENT));
        origin.forgetRequests();

        Outcome outcome = download("another boot", file("f", url), whole, empty);

        assertWhole(outcome);
        assertThat(origin.requests()).extracting(RecordedRequest::path).containsExactly("/file");
        assertThat(((Outcome.Fetched) outcome).files())
                .extracting(f -> f.sizeBytes())
                .containsExactly(CONTENT.bytes(), small.bytes(), 0L);
        assertThat(((Outcome.Fetched) outcome).files().get(1).crc32c()).isEqualTo(crc32c(small.toBytes()));
        assertThat(((Outcome.Fetched) outcome).files().get(1).digest()).isEqualTo(whole.digest());
    }

    @Test
    void checksWholeFilesAgainstWhatIsDeclaredLater() throws IOException {
        Content small = new Content(2, 100_000);
        FileSpec plain = file("whole", origin.url(small));
        assertThat(download(plain)).isInstanceOf(Outcome.Fetched.class);
        origin.forgetRequests();

        Outcome right = download(digested(sized(plain, small.bytes()), small.sha256()));
        assertThat(right).isInstanceOf(Outcome.Fetched.class);
        assertThat(origin.requests()).isEmpty();

        Outcome.Failed size = (Outcome.Failed) download(sized(plain, 99));
        assertThat(size.reason()).isEqualTo(Reason.SIZE_MISMATCH);

        Outcome.Failed digest = (Outcome.Failed) download(digested(plain, CONTENT.sha256()));
        assertThat(digest.reason()).isEqualTo(Reason.CHECKSUM_MISMATCH);
        assertThat(digest.bytesDone()).isZero();
    }

    @Test
    void aWholeFileOfAnUndeclaredDigestIsReadBackAndNotBelieved() throws IOException {
        Content small = new Content(2, 100_000);
        FileSpec plain = file("whole", origin.url(small));
        assertThat(download(plain)).isInstanceOf(Outcome.Fetched.class);
        Files.write(staging.resolve("whole"), new Content(9, 100_000).toBytes());

        Outcome.Failed failed = (Outcome.Failed) download(digested(plain, small.sha256()));

        assertThat(failed.reason()).isEqualTo(Reason.CHECKSUM_MISMATCH);
        assertThat(download(digested(plain, small.sha256()))).isInstanceOf(Outcome.Fetched.class);
        assertThat(staging.resolve("whole")).hasBinaryContent(small.toBytes());
    }

    @Test
    void aSizeDeclaredLaterIsNotMetByAPartOfAnotherSize() throws IOException {
        var _ = download(file("f", url));

        Outcome.Failed failed = (Outcome.Failed) download(sized(file("f", url), CUT));

        assertThat(failed.reason()).isEqualTo(Reason.SIZE_MISMATCH);
    }

    @Test
    void anotherUrlBeginsAnewUnlessADigestWouldTell() throws IOException {
        URI twin = origin.on("/twin", serve(CONTENT));
        var _ = download(file("f", url));

        assertWhole(download(file("f", twin)));

        assertThat(origin.requests("/twin").getFirst().header("range")).isEmpty();
    }

    @Test
    void anotherUrlGoesOnWhereADigestWillTell() throws IOException {
        URI twin = origin.on("/twin", serve(CONTENT));
        var _ = download(declared("f", url, CONTENT));

        assertWhole(download(declared("f", twin, CONTENT)));

        assertThat(origin.requests("/twin").getFirst().header("range")).contains("bytes=" + CUT + "-");
    }

    @Test
    void neverGoesOnWithBytesOfAnAnswerThatHadNoStrongValidator() throws IOException {
        Content other = new Content(5, CONTENT.bytes());
        Script weakAndCut = exchange -> {
            exchange.head("HTTP/1.1 200 OK\nETag: W/\"w\"\nContent-Length: " + other.bytes());
            exchange.write(other.slice(0, 1 << 20));
            exchange.end();
        };
        origin.on("/file", inTurn(cutAfter(CONTENT, CUT), weakAndCut, serve(CONTENT)));

        var _ = download(file("f", url));
        var _ = download(file("f", url));
        assertWhole(download(file("f", url)));

        assertThat(rangesAsked()).containsExactly("none", "bytes=" + CUT + "-", "none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "",
                "{\"format\":1}",
                "{\"format\":2,\"bootId\":\"boot-1\",\"files\":{}}",
                "[]",
                "{\"format\":1,\"bootId\":\"boot-1\",\"files\":{\"f\":null}}",
                "{\"format\":1,\"bootId\":\"boot-1\",\"files\":{\"stranger\":{\"source\":\"x\",\"complete\":true,\"bytes\":3}}}"
            })
    void beginsAnewWhereTheRecordIsTorn(String record) throws IOException {
        var _ = download(file("f", url));
        Files.writeString(staging.resolve(ResumeRecord.FILE_NAME), record);

        assertWhole(download(file("f", url)));

        assertThat(rangesAsked()).containsExactly("none", "none");
    }

    @Test
    void beginsAnewWhereMoreIsThereThanTheFileHas() throws IOException {
        var _ = download(file("f", url));
        Files.write(staging.resolve("f"), new byte[2 << 20], StandardOpenOption.APPEND);

        assertWhole(download(file("f", url)));

        assertThat(rangesAsked()).containsExactly("none", "none");
    }

    @ParameterizedTest
    @MethodSource
    void whatASourceAnswersToARange(Script second, List<String> expectedRanges) throws IOException {
        origin.on("/file", inTurn(cutAfter(CONTENT, CUT), second, serve(CONTENT)));
        var _ = download(file("f", url));

        assertWhole(download(file("f", url)));

        assertThat(rangesAsked()).isEqualTo(expectedRanges);
    }

    static Stream<Arguments> whatASourceAnswersToARange() {
        long bytes = CONTENT.bytes();
        List<String> anew = List.of("none", "bytes=" + CUT + "-", "none");
        List<String> once = List.of("none", "bytes=" + CUT + "-");
        String etag = "\nETag: " + CONTENT.etag();
        String tail = "bytes " + CUT + "-" + (bytes - 1) + "/" + bytes;
        return Stream.of(
                argumentSet("200", whole("ETag: " + CONTENT.etag()), once),
                argumentSet("200 of another version", whole("ETag: \"new\""), once),
                argumentSet(
                        "206 in chunks",
                        script(exchange -> {
                            exchange.head("HTTP/1.1 206 P\nTransfer-Encoding: chunked\nContent-Range: " + tail + etag);
                            exchange.chunk(CONTENT.slice(CUT, (int) (bytes - CUT)));
                            exchange.lastChunk();
                        }),
                        once),
                argumentSet("206 of another version", part(tail, "\nETag: \"new\""), anew),
                argumentSet("206 without a validator", part(tail, ""), anew),
                argumentSet("206 with a weak validator", part(tail, "\nETag: W/" + CONTENT.etag()), anew),
                argumentSet(
                        "206 without a range",
                        script(exchange -> {
                            exchange.head("HTTP/1.1 206 P\nContent-Length: " + (bytes - CUT) + etag);
                            exchange.write(CONTENT.slice(CUT, (int) (bytes - CUT)));
                        }),
                        anew),
                argumentSet("206 from the beginning", part("bytes 0-" + (bytes - 1) + "/" + bytes, etag), anew),
                argumentSet(
                        "206 from a byte later",
                        part("bytes " + (CUT + 1) + "-" + (bytes - 1) + "/" + bytes, etag),
                        anew),
                argumentSet("206 of less", part("bytes " + CUT + "-" + (bytes - 2) + "/" + bytes, etag), anew),
                argumentSet("206 of an unknown whole", part("bytes " + CUT + "-" + (bytes - 1) + "/*", etag), anew),
                argumentSet(
                        "206 of a larger whole", part("bytes " + CUT + "-" + bytes + "/" + (bytes + 1), etag), anew),
                argumentSet("206 in other units", part("words " + CUT + "-" + (bytes - 1) + "/" + bytes, etag), anew),
                argumentSet("416", Script.reply("416 No", "Content-Range: bytes */" + bytes, ""), anew));
    }

    @Test
    void aSourceThatRefusesEveryRangeAndEveryWholeIsNotAskedForEver() throws IOException {
        origin.on("/file", inTurn(cutAfter(CONTENT, CUT), Script.reply("416 No", "", "")));
        var _ = download(file("f", url));

        Outcome.Failed failed = (Outcome.Failed) download(file("f", url));

        assertThat(failed.reason()).isEqualTo(Reason.SOURCE_REFUSED);
        assertThat(rangesAsked()).containsExactly("none", "bytes=" + CUT + "-", "none");
    }

    @ParameterizedTest
    @MethodSource
    void goesOnOnlyWithAStrongValidator(String headers, boolean resumable) throws IOException {
        Script cut = exchange -> {
            exchange.head("HTTP/1.1 200 OK\n" + headers + "\nContent-Length: " + CONTENT.bytes());
            exchange.write(CONTENT.slice(0, 2 << 20));
            exchange.end();
        };
        origin.on("/file", inTurn(cut, whole(headers)));
        var _ = download(file("f", url));

        assertWhole(download(file("f", url)));

        assertThat(requests().getLast().header("range").isPresent()).isEqualTo(resumable);
    }

    static Stream<Arguments> goesOnOnlyWithAStrongValidator() {
        String date = "Date: " + Exchange.httpDate(0);
        return Stream.of(
                argumentSet("strong ETag", "ETag: \"x\"", true),
                argumentSet("weak ETag", "ETag: W/\"x\"", false),
                argumentSet("ETag without quotes", "ETag: x", false),
                argumentSet("two ETags", "ETag: \"x\"\nETag: \"y\"", false),
                argumentSet("nothing", date, false),
                argumentSet("old Last-Modified", date + "\nLast-Modified: " + Exchange.httpDate(-3_600), true),
                argumentSet("fresh Last-Modified", date + "\nLast-Modified: " + Exchange.httpDate(-5), false),
                argumentSet("Last-Modified without Date", "Last-Modified: " + Exchange.httpDate(-3_600), false),
                argumentSet("Last-Modified of letters", date + "\nLast-Modified: yesterday", false),
                argumentSet(
                        "weak ETag and old Last-Modified",
                        date + "\nETag: W/\"x\"\nLast-Modified: " + Exchange.httpDate(-3_600),
                        false));
    }

    @Test
    void aWrongDigestDropsAllBytes() throws IOException {
        FileSpec wrong = digested(file("f", origin.url(CONTENT)), new Content(8, 8).sha256());

        Outcome.Failed first = (Outcome.Failed) download(wrong);
        Outcome.Failed second = (Outcome.Failed) download(wrong);

        assertThat(first.reason()).isEqualTo(Reason.CHECKSUM_MISMATCH);
        assertThat(first.bytesDone()).isZero();
        assertThat(second.reason()).isEqualTo(Reason.CHECKSUM_MISMATCH);
        assertThat(Files.size(staging.resolve("f"))).isZero();
        assertThat(origin.requests())
                .noneMatch(request -> request.header("range").isPresent());
    }

    @Test
    void aWrongDigestOnceHeals() throws IOException {
        byte[] flipped = CONTENT.toBytes();
        flipped[1_000_000] ^= 1;
        Script wrong = exchange -> {
            exchange.head("HTTP/1.1 200 OK\nETag: " + CONTENT.etag() + "\nContent-Length: " + CONTENT.bytes());
            exchange.write(flipped);
        };
        origin.on("/file", inTurn(wrong, serve(CONTENT)));

        assertThat(((Outcome.Failed) download(declared("f", url, CONTENT))).reason())
                .isEqualTo(Reason.CHECKSUM_MISMATCH);
        assertWhole(download(declared("f", url, CONTENT)));
    }

    @Test
    void theRecordHoldsNoSecrets() throws IOException {
        var _ = download(file("f", origin.urlAt("user:hunter2@127.0.0.1", "/file?signature=hunter2")));

        assertThat(staging.resolve(ResumeRecord.FILE_NAME))
                .content()
                .contains("127.0.0.1")
                .doesNotContain("hunter2", "user");
    }

    private Outcome download(FileSpec... files) throws IOException {
        return download(Downloads.BOOT, files);
    }

    private Outcome download(String bootId, FileSpec... files) throws IOException {
        try (Downloads process = new Downloads(Options.defaults(), bootId, Downloads.TIMES)) {
            return process.fetch(staging, files);
        }
    }

    private void assertWhole(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Fetched.class);
        assertThat(staging.resolve("f")).hasBinaryContent(CONTENT.toBytes());
        assertThat(((Outcome.Fetched) outcome).files())
                .filteredOn(stored -> stored.name().equals("f"))
                .allMatch(stored -> stored.crc32c() == crc32c(CONTENT.toBytes()))
                .allMatch(stored -> stored.sizeBytes() == CONTENT.bytes());
    }

    private List<RecordedRequest> requests() {
        return origin.requests("/file");
    }

    private List<String> rangesAsked() {
        return requests().stream()
                .map(request -> request.header("range").orElse("none"))
                .toList();
    }

    private static int crc32c(byte[] bytes) {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static Script script(Script script) {
        return script;
    }

    /** Everything, whatever was asked. */
    private static Script whole(String headers) {
        return exchange -> {
            exchange.head("HTTP/1.1 200 OK\n" + headers + "\nContent-Length: " + CONTENT.bytes());
            exchange.write(CONTENT.toBytes());
        };
    }

    /** What the range says, as far as there are such bytes. */
    private static Script part(String contentRange, String headers) {
        return exchange -> {
            String[] numbers = contentRange.split("[ /-]", -1);
            int from = Integer.parseInt(numbers[1]);
            byte[] body = Arrays.copyOfRange(CONTENT.toBytes(), from, Integer.parseInt(numbers[2]) + 1);
            exchange.head("HTTP/1.1 206 Partial Content\nContent-Range: " + contentRange + headers
                    + "\nContent-Length: " + body.length);
            exchange.write(body);
        };
    }
}
