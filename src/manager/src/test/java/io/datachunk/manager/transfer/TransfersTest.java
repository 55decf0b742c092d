package io.datachunk.manager.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.FileSpec;
import io.datachunk.manager.Options;
import io.datachunk.manager.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransfersTest {
    private static final Options THREE =
            Options.defaults().withConnections(3).withDeniedAddresses(List.of("0.0.0.0/0"));

    /** Nothing is connected to. */
    private static final FileSpec DENIED = FileSpec.of("file", "http://127.0.0.1:9/file");

    @TempDir
    private Path staging;

    @Test
    void hasThreadsFromTheFirstDownloadUntilItIsClosed() throws IOException {
        Set<Thread> before = threads();
        try (Downloads downloads = Downloads.with(THREE)) {
            assertThat(startedSince(before)).isEmpty();

            assertThat(downloads.failed(staging, DENIED).reason()).isEqualTo(Reason.ADDRESS_REFUSED);
            Set<Thread> started = startedSince(before);
            assertThat(started)
                    .extracting(Thread::getName)
                    .containsExactlyInAnyOrder(
                            "datachunk-transfer-1",
                            "datachunk-transfer-2",
                            "datachunk-transfer-3",
                            "datachunk-watchdog");

            downloads.failed(staging, DENIED);
            assertThat(startedSince(before)).isEqualTo(started);
            downloads.transfers().close();
            assertThat(started).allSatisfy(thread -> thread.join(10_000));
            assertThat(started).noneMatch(Thread::isAlive);
        }
    }

    @Test
    void startsNoThreadOnceItIsClosed() throws IOException {
        Set<Thread> before = threads();
        try (Downloads downloads = Downloads.with(THREE)) {
            downloads.transfers().close();

            assertThat(downloads.fetch(staging, DENIED)).isInstanceOf(Outcome.Cancelled.class);
            assertThat(startedSince(before)).isEmpty();
        }
    }

    /** Those of earlier tests may be about to end. */
    private static Set<Thread> startedSince(Set<Thread> before) {
        Set<Thread> started = threads();
        started.removeAll(before);
        return started;
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("datachunk-(transfer-.*|watchdog)"))
                .collect(Collectors.toSet());
    }
}
