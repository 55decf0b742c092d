package io.datachunk.manager.transfer;

import static io.datachunk.manager.transfer.Downloads.file;
import static io.datachunk.manager.transfer.Downloads.sized;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Options;
import io.datachunk.manager.Reason;
import io.datachunk.manager.origin.Content;
import io.datachunk.manager.origin.Origin;
import io.datachunk.manager.origin.Script;
import io.datachunk.manager.transfer.Downloads.Begun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes, connections and bandwidth that downloads may take, and whose turn it is. */
class LimitsTest {
    private static final Content MEGABYTE = new Content(1, 1 << 20);

    @TempDir
    Path directory;

    private Origin origin;

    @BeforeEach
    void start() throws IOException {
        origin = Origin.http();
    }

    @AfterEach
    void stop() throws IOException {
        origin.close();
    }

    @Test
    void asksForEachOfManySmallFilesOnceThoughTheyShareConnections() throws IOException {
        int files = 2_000;
        List<Downloads.Begun> begun = new ArrayList<>();
        try (Downloads downloads = Downloads.with(Options.defaults())) {
            for (int i = 0; i < files; i++) {
                begun.add(downloads.begin(directory.resolve("c" + i), file("f", origin.url(new Content(i, 1_000)))));
            }
            assertThat(begun).allSatisfy(each -> assertThat(each.await()).isInstanceOf(Outcome.Fetched.class));
        }

        assertThat(origin.requests()).hasSize(files);
    }

    @Test
    void refusesADeclaredSizeAboveTheLimitOfAFileWithoutAsking() throws IOException {
        try (Downloads downloads = Downloads.with(Options.defaults().withMaxFileBytes(1_000))) {
            Outcome.Failed failed = downloads.failed(directory, sized(file("f", origin.url(MEGABYTE)), 1_001));

            assertThat(failed.reason()).isEqualTo(Reason.SIZE_MISMATCH);
            assertThat(failed.permanent()).isTrue();
            assertThat(origin.requests()).isEmpty();
        }
    }

    @Test
    void refusesDeclaredSizesAboveTheLimitOfAChunkWithoutAsking() throws IOException {
        try (Downloads downloads = Downloads.with(Options.defaults().withMaxChunkBytes(2 << 20))) {
            Outcome.Failed failed = downloads.failed(
                    directory,
                    sized(file("a", origin.url(MEGABYTE)), 1 << 20),
                    sized(file("b", origin.url(MEGABYTE)), (1 << 20) + 1));

            assertThat(failed.reason()).isEqualTo(Reason.SIZE_MISMATCH);
            assertThat(failed.permanent()).isTrue();
            assertThat(origin.requests()).isEmpty();
        }
    }

    @Test
    void refusesAChunkThatGrowsAboveItsLimitWhileItComes() throws IOException {
        Script chunked = exchange -> {
            exchange.head("HTTP/1.1 200 OK\nTransfer-Encoding: chunked");
            exchange.chunk(MEGABYTE.toBytes());
            exchange.lastChunk();
        };
        FileSpec[] files = {file("a", origin.on("/a", chunked)), file("b", origin.on("/b", chunked))};

        try (Downloads enough = Downloads.with(Options.defaults().withMaxChunkBytes(2 << 20));
                Downloads less = Downloads.with(Options.defaults().withMaxChunkBytes((2 << 20) - 1))) {
            assertThat(enough.fetch(directory.resolve("enough"), files)).isInstanceOf(Outcome.Fetched.class);
            assertThat(less.failed(directory.resolve("less"), files).reason()).isEqualTo(Reason.SIZE_MISMATCH);
        }
    }

    @Test
    void asksForSpaceBeforeItAsksTheSource() throws IOException {
        AtomicLong asked = new AtomicLong();
        Transfers.Space none = bytes -> {
            asked.set(bytes);
            return false;
        };

        try (Downloads downloads = Downloads.with(Options.defaults())) {
            Outcome outcome = downloads
                    .begin(
                            directory,
                            none,
                            sized(file("f", origin.url(MEGABYTE)), 1 << 20),
                            file("g", origin.url(MEGABYTE)))
                    .await();

            Outcome.Failed failed = (Outcome.Failed) outcome;
            assertThat(failed.reason()).isEqualTo(Reason.INSUFFICIENT_SPACE);
            assertThat(failed.permanent()).isFalse();
            assertThat(failed.neededBytes()).isGreaterThanOrEqualTo(1 << 20);
            assertThat(asked.get()).isGreaterThanOrEqualTo(1 << 20);
            assertThat(origin.requests(Origin.pathOf(MEGABYTE)).size()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void asksForSpaceAsSoonAsTheAnswerSaysHowMuch() throws IOException {
        List<Long> asked = new ArrayList<>();
        Transfers.Space upTo = bytes -> {
            asked.add(bytes);
            return bytes < MEGABYTE.bytes();
        };

        try (Downloads downloads = Downloads.with(Options.defaults())) {
            Outcome.Failed failed = (Outcome.Failed) downloads
                    .begin(directory, upTo, file("f", origin.url(MEGABYTE)))
                    .await();

            assertThat(failed.reason()).isEqualTo(Reason.INSUFFICIENT_SPACE);
            assertThat(failed.neededBytes()).isEqualTo(MEGABYTE.bytes());
            assertThat(failed.bytesDone()).isZero();
            assertThat(asked).containsExactly(MEGABYTE.bytes());
        }
    }

    @Test
    void takesTheLastOfTheSpaceWhereTheSizeIsNotKnown() throws IOException {
        Script chunked = exchange -> {
            exchange.head("HTTP/1.1 200 OK\nTransfer-Encoding: chunked");
            exchange.chunk(MEGABYTE.toBytes());
            exchange.lastChunk();
        };
        Transfers.Space justEnough = bytes -> bytes <= MEGABYTE.bytes();

        try (Downloads downloads = Downloads.with(Options.defaults())) {
            assertThat(downloads
                            .begin(directory, justEnough, file("f", origin.on("/f", chunked)))
                            .await())
                    .isInstanceOf(Outcome.Fetched.class);
        }
    }

    @Test
    void opensNoMoreConnectionsThanAllowed() throws IOException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Script counted = exchange -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            exchange.serve(new Content(2, 200_000), 2_000_000, Long.MAX_VALUE);
            now.decrementAndGet();
        };
        FileSpec[] files = files("f", 12, counted);

        try (Downloads downloads =
                Downloads.with(Options.defaults().withConnections(3).withChunksAtOnce(1))) {
            var _ = downloads.fetched(directory, files);
        }

        assertThat(most.get()).isEqualTo(3);
    }

    @Test
    void aChunkOfManySlowFilesLeavesConnectionsToOthers() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        Script held = exchange -> {
            exchange.head("HTTP/1.1 200 OK\nContent-Length: 1");
            end.await();
            exchange.write(new byte[1]);
        };
        TransferTimes patient = new TransferTimes(
                Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1), 0, Duration.ofMillis(50));

        try (Downloads downloads =
                new Downloads(Options.defaults().withConnections(4).withChunksAtOnce(2), Downloads.BOOT, patient)) {
            Begun slow = downloads.begin(directory.resolve("slow"), files("s", 64, held));
            await().until(() -> origin.requests().size() == 3);
            Outcome quick = downloads.fetch(directory.resolve("quick"), files("q", 5, Script.serve(MEGABYTE)));

            assertThat(quick).isInstanceOf(Outcome.Fetched.class);
            assertThat(origin.requests())
                    .filteredOn(request -> request.path().startsWith("/s"))
                    .hasSize(3);
            end.countDown();
            assertThat(slow.await()).isInstanceOf(Outcome.Fetched.class);
        }
    }

    @Test
    void aPausedHostHoldsNoThreadAndNoOtherHost() throws IOException {
        TransferTimes longPause = new TransferTimes(
                Duration.ofSeconds(40), Duration.ofSeconds(30), Duration.ofSeconds(40), 0, Duration.ofMinutes(2));
        origin.on("/busy", Script.reply("503 Busy", "", ""));
        try (Origin healthy = Origin.http();
                Downloads downloads = new Downloads(
                        Options.defaults().withConnections(1).withChunksAtOnce(1), Downloads.BOOT, longPause)) {
            Outcome.Failed first = downloads.failed(directory.resolve("1"), file("f", origin.url("/busy")));
            Begun waiting = downloads.begin(directory.resolve("2"), file("f", origin.url(MEGABYTE)));
            Begun redirected = downloads.begin(
                    directory.resolve("3"),
                    file(
                            "f",
                            healthy.on(
                                    "/away",
                                    Script.redirect(
                                            "302 Found", origin.url(MEGABYTE).toString()))));
            Outcome other = downloads.fetch(directory.resolve("4"), file("f", healthy.url(MEGABYTE)));

            assertThat(first.reason()).isEqualTo(Reason.SOURCE_REFUSED);
            assertThat(other).isInstanceOf(Outcome.Fetched.class);
            assertThat(origin.requests()).hasSize(1);
            waiting.transfer().cancel();
            redirected.transfer().cancel();
            assertThat(waiting.await()).isInstanceOf(Outcome.Cancelled.class);
            assertThat(redirected.await()).isInstanceOf(Outcome.Cancelled.class);
            assertThat(healthy.requests("/away")).hasSize(1);
        }
    }

    @Test
    void aPausedHostIsAskedAgainAfterwards() throws IOException {
        origin.on("/busy", Script.reply("429 Busy", "", ""));
        try (Downloads downloads = Downloads.with(Options.defaults())) {
            var _ = downloads.failed(directory.resolve("1"), file("f", origin.url("/busy")));

            assertThat(downloads.fetch(directory.resolve("2"), file("f", origin.url(MEGABYTE))))
                    .isInstanceOf(Outcome.Fetched.class);
        }
    }

    @Test
    void keepsTheSumOfAllDownloadsBelowTheCap() throws IOException {
        long perSecond = 4 << 20;
        Content content = new Content(3, 2 << 20);

        try (Downloads downloads = Downloads.with(Options.defaults().withMaxBytesPerSecond(perSecond))) {
            long begin = System.nanoTime();
            var _ = downloads.fetched(directory, file("a", origin.url(content)), file("b", origin.url(content)));
            double seconds = (System.nanoTime() - begin) / 1e9;

            double atTheCap = 2.0 * content.bytes() / perSecond;
            assertThat(seconds).as("never faster than the cap").isGreaterThan(atTheCap * 0.9);
        }
    }

    @Test
    void countsWhatCameAndKnowsHowMuchThereIs() throws IOException {
        try (Downloads downloads = Downloads.with(Options.defaults())) {
            Begun begun = downloads.begin(
                    directory, sized(file("a", origin.url(MEGABYTE)), 1 << 20), file("b", origin.url(MEGABYTE)));

            assertThat(begun.await()).isInstanceOf(Outcome.Fetched.class);
            assertThat(begun.transfer().bytesTotal()).hasValue(2 << 20);
            assertThat(begun.transfer().bytesDone()).isEqualTo(2 << 20);
            assertThat(downloads.transfers().receivedBytes()).isEqualTo(2 << 20);
        }
    }

    @Test
    void doesNotKnowHowMuchThereIsBeforeAnAnswerSaysSo() throws IOException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Script late = exchange -> {
            asked.countDown();
            answer.await();
            exchange.serve(MEGABYTE);
        };

        try (Downloads downloads = Downloads.with(Options.defaults())) {
            Begun begun = downloads.begin(directory, file("f", origin.on("/late", late)));
            await().until(() -> asked.getCount() == 0);
            assertThat(begun.transfer().bytesTotal()).isEmpty();
            answer.countDown();

            assertThat(begun.await()).isInstanceOf(Outcome.Fetched.class);
            assertThat(begun.transfer().bytesTotal()).hasValue(MEGABYTE.bytes());
        }
    }

    private FileSpec[] files(String prefix, int count, Script script) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> file(prefix + i, origin.on("/" + prefix + i, script)))
                .toArray(FileSpec[]::new);
    }
}
