package io.datachunk.manager.store;

import static io.datachunk.manager.store.Samples.directory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datachunk.manager.VolumeStatus;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SpaceLedgerTest {
    private static final ChunkDirectory FIRST = directory(1, 1);
    private static final ChunkDirectory SECOND = directory(1, 2);

    private final Disk disk = new Disk();

    /** A volume of 1,000 bytes. */
    private static final class Disk implements SpaceLedger.Space {
        final AtomicLong available = new AtomicLong(1_000);
        volatile boolean broken;

        @Override
        public long capacityBytes() {
            return 1_000;
        }

        @Override
        public long availableBytes() throws IOException {
            if (broken) {
                throw new IOException("Input/output error");
            }
            return available.get();
        }
    }

    @Test
    void promisesNoByteTwice() throws IOException {
        SpaceLedger ledger = new SpaceLedger(disk, 100);
        ledger.begin(FIRST, () -> 0);
        ledger.begin(SECOND, () -> 0);

        assertThat(ledger.reserve(FIRST, 600)).isTrue();
        assertThat(ledger.reserve(SECOND, 301)).isFalse();
        assertThat(ledger.reserve(SECOND, 300)).isTrue();

        assertThat(ledger.freeBytes()).isZero();
        assertThat(ledger.status()).isEqualTo(new VolumeStatus(1_000, 1_000, 900));
    }

    @Test
    void countsBytesThatAreWrittenOnce() throws IOException {
        SpaceLedger ledger = new SpaceLedger(disk, 0);
        AtomicLong written = new AtomicLong();
        ledger.begin(FIRST, written::get);
        assertThat(ledger.reserve(FIRST, 600)).isTrue();

        written.set(500);
        disk.available.set(500);

        assertThat(ledger.freeBytes()).isEqualTo(400);
        assertThat(ledger.reserve(FIRST, 1_000)).isTrue();
        assertThat(ledger.reserve(FIRST, 1_001)).isFalse();
        assertThat(ledger.freeBytes()).isZero();
    }

    @Test
    void givesBackWhatIsNotNeededAfterAll() throws IOException {
        SpaceLedger ledger = new SpaceLedger(disk, 0);
        ledger.begin(FIRST, () -> 0);
        assertThat(ledger.reserve(FIRST, 1_000)).isTrue();

        disk.available.set(10);
        assertThat(ledger.reserve(FIRST, 700))
                .as("less than before, on a full volume")
                .isTrue();
        disk.available.set(1_000);
        assertThat(ledger.freeBytes()).isEqualTo(300);

        ledger.end(FIRST);
        assertThat(ledger.freeBytes()).isEqualTo(1_000);
    }

    @Test
    void keepsThePromiseOfADownloadThatBacksOffAndGoesOn() throws IOException {
        SpaceLedger ledger = new SpaceLedger(disk, 0);
        ledger.begin(FIRST, () -> 0);
        assertThat(ledger.reserve(FIRST, 600)).isTrue();

        ledger.begin(FIRST, () -> 200);

        assertThat(ledger.freeBytes()).isEqualTo(600);
    }

    @Test
    void doesNotRefuseToGoOnWithWhatIsNearlyThere() throws IOException {
        SpaceLedger ledger = new SpaceLedger(disk, 0);
        disk.available.set(100);

        ledger.begin(FIRST, () -> 900);

        assertThat(ledger.reserve(FIRST, 1_001)).isFalse();
        assertThat(ledger.reserve(FIRST, 1_000)).isTrue();
        assertThat(ledger.freeBytes()).isZero();
    }

    @Test
    void keepsThePromiseOfADownloadThatRestsAndDoesNotAskItAgain() throws IOException {
        SpaceLedger ledger = new SpaceLedger(disk, 0);
        AtomicLong written = new AtomicLong(100);
        ledger.begin(FIRST, written::get);
        assertThat(ledger.reserve(FIRST, 600)).isTrue();

        ledger.rest(FIRST);
        written.set(0);

        assertThat(ledger.freeBytes()).isEqualTo(500);
        assertThat(ledger.reserve(FIRST, 700)).as("nothing runs that could ask").isFalse();
        ledger.begin(FIRST, () -> 300);
        assertThat(ledger.freeBytes()).isEqualTo(700);
        ledger.rest(FIRST);
        ledger.end(FIRST);
        assertThat(ledger.freeBytes()).isEqualTo(1_000);
    }

    @Test
    void promisesNothingToADownloadThatHasEnded() throws IOException {
        SpaceLedger ledger = new SpaceLedger(disk, 0);
        ledger.begin(FIRST, () -> 0);
        ledger.end(FIRST);

        assertThat(ledger.reserve(FIRST, 1)).isFalse();
        assertThat(ledger.freeBytes()).isEqualTo(1_000);
    }

    @Test
    void countsNoMoreThanWasPromisedAsWritten() throws IOException {
        SpaceLedger ledger = new SpaceLedger(disk, 0);
        ledger.begin(FIRST, () -> 5_000);

        assertThat(ledger.reserve(FIRST, 10)).isTrue();
        assertThat(ledger.freeBytes()).isEqualTo(1_000);
    }

    @Test
    void saysByHowMuchTheVolumeIsOverItsLimit() throws IOException {
        SpaceLedger ledger = new SpaceLedger(disk, 1_500);
        ledger.begin(FIRST, () -> 0);

        assertThat(ledger.freeBytes()).isEqualTo(-500);
        assertThat(ledger.reserve(FIRST, 1)).isFalse();
    }

    @Test
    void survivesNumbersThatAddUpToMoreThanALong() throws IOException {
        SpaceLedger ledger = new SpaceLedger(disk, Long.MAX_VALUE);
        ledger.begin(FIRST, () -> 0);

        assertThat(ledger.reserve(FIRST, Long.MAX_VALUE)).isFalse();
        assertThat(ledger.freeBytes()).isNegative();
    }

    @Test
    void promisesNothingWhileTheVolumeDoesNotAnswer() {
        SpaceLedger ledger = new SpaceLedger(disk, 0);
        ledger.begin(FIRST, () -> 0);
        disk.broken = true;

        assertThat(ledger.reserve(FIRST, 1)).isFalse();
        assertThatThrownBy(ledger::freeBytes).isInstanceOf(IOException.class);

        disk.broken = false;
        assertThat(ledger.reserve(FIRST, 1)).isTrue();
    }

    @Test
    @Timeout(60)
    void promisesNoByteTwiceToManyThreads() throws Exception {
        SpaceLedger ledger = new SpaceLedger(disk, 0);
        int downloads = 8;
        AtomicInteger granted = new AtomicInteger();
        CountDownLatch together = new CountDownLatch(downloads);
        try (var threads = Executors.newFixedThreadPool(downloads)) {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < downloads; i++) {
                ChunkDirectory directory = directory(1, 10 + i);
                ledger.begin(directory, () -> 0);
                ends.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    for (int bytes = 1; bytes <= 500; bytes++) {
                        if (ledger.reserve(directory, bytes)) {
                            granted.incrementAndGet();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        }
        assertThat(granted).hasValue(1_000);
        assertThat(ledger.freeBytes()).isZero();
    }

    @Test
    void asksTheFileSystem(@TempDir Path data) throws IOException {
        SpaceLedger ledger = new SpaceLedger(data, 0);
        ledger.begin(FIRST, () -> 0);

        VolumeStatus status = ledger.status();

        assertThat(status.capacityBytes())
                .isGreaterThanOrEqualTo(status.availableBytes())
                .isPositive();
        assertThat(ledger.reserve(FIRST, 1)).isTrue();
        assertThat(ledger.reserve(FIRST, status.capacityBytes() + 1)).isFalse();
    }
}
