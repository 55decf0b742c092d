package io.datachunk.manager.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.ReaderFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a process counts as dead: by looks at an invented time. */
class KnownReaderTest {
    private static final StateTimes TIMES = StateTimes.DEFAULTS;
    private static final Duration LOOK = TIMES.mostPerProbe();
    private static final int LOOKS = (int) TIMES.deadAfter().dividedBy(LOOK);

    @TempDir
    private Path directory;

    private Path path;
    private LockFile file;
    private ReaderFile counters;
    private KnownReader reader;
    private long nowNanos = 7;

    @BeforeEach
    void meet() throws IOException {
        path = directory.resolve("some.refs");
        file = LockFile.create(path, ReaderFile.bytes(16));
        counters = ReaderFile.write(file.map(true), 16, 1, new ReaderFile.Owner(1, "host", "command"));
        reader = KnownReader.open(path, nowNanos);
    }

    @AfterEach
    void close() throws IOException {
        reader.close();
        file.close();
    }

    private boolean isDeadAfter(Duration sinceLastLook) throws IOException {
        nowNanos += sinceLastLook.toNanos();
        return reader.isDead(nowNanos, TIMES);
    }

    @Test
    void isDeadWhenItsLockIsFreeAndItsHeartbeatStillForLongEnough() throws IOException {
        for (int look = 1; look < LOOKS; look++) {
            assertThat(isDeadAfter(LOOK)).as("look %d", look).isFalse();
        }

        assertThat(isDeadAfter(LOOK)).isTrue();
    }

    @Test
    void timeThatNobodyLookedIsNoEvidence() throws IOException {
        assertThat(isDeadAfter(Duration.ofHours(1))).isFalse();
        assertThat(isDeadAfter(Duration.ofDays(1))).isFalse();
    }

    @Test
    void aHeartbeatBeginsTheCountAnew() throws IOException {
        for (int look = 1; look < LOOKS; look++) {
            isDeadAfter(LOOK);
        }

        counters.beat();

        for (int look = 0; look < LOOKS; look++) {
            assertThat(isDeadAfter(LOOK)).as("look %d", look).isFalse();
        }
        assertThat(isDeadAfter(LOOK)).isTrue();
    }

    @Test
    void isNotDeadWhileItsLockIsTaken() throws IOException {
        try (LockHolder holder = LockHolder.start(path)) {
            for (int look = 0; look < 10 * LOOKS; look++) {
                assertThat(isDeadAfter(LOOK)).isFalse();
            }
            holder.kill();

            for (int look = 1; look < LOOKS; look++) {
                assertThat(isDeadAfter(LOOK)).as("look %d", look).isFalse();
            }
            assertThat(isDeadAfter(LOOK)).isTrue();
        }
    }
}
