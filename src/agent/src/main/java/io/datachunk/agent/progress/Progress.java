package io.datachunk.agent.progress;

import io.datachunk.agent.ChunkRow;
import io.datachunk.manager.VolumeStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How far the node is on its way to what is declared. Immutable.
 *
 * @param wanted declared chunks, of any state
 * @param waiting declared, and neither ready nor moving nor failed
 * @param leaving not declared any more, and not gone yet
 * @param bytesTotal of the wanted chunks, as far as known
 * @param unsized wanted chunks of unknown size
 */
record Progress(
        int wanted,
        int ready,
        int moving,
        int waiting,
        int failed,
        int leaving,
        int held,
        long bytesDone,
        long bytesTotal,
        int unsized,
        double bytesPerSecond,
        VolumeStatus volume) {

    static Progress of(List<ChunkRow> rows, VolumeStatus volume, double bytesPerSecond) {
        int ready = 0;
        int moving = 0;
        int waiting = 0;
        int failed = 0;
        int leaving = 0;
        int held = 0;
        int unsized = 0;
        long done = 0;
        long total = 0;
        for (ChunkRow row : rows) {
            switch (row.state()) {
                case RETIRING, DELETING -> {
                    leaving++;
                    continue;
                }
                case READY -> {
                    if (row.reason() == io.datachunk.manager.Reason.DELETES_HELD) {
                        held++;
                        continue;
                    }
                    ready++;
                }
                case DOWNLOADING -> moving++;
                case QUEUED -> waiting++;
                case FAILED -> failed++;
            }
            done += row.bytesDone();
            total += Math.max(row.bytesDone(), row.bytesTotal().orElse(0));
            if (row.bytesTotal().isEmpty() && row.state() != io.datachunk.manager.ChunkStatus.State.FAILED) {
                unsized++;
            }
        }
        int wanted = ready + moving + waiting + failed;
        return new Progress(
                wanted, ready, moving, waiting, failed, leaving, held, done, total, unsized, bytesPerSecond, volume);
    }

    /** Whether anything will change by itself soon. */
    boolean isMoving() {
        return moving > 0 || bytesPerSecond > 0;
    }

    /** How long the known rest takes at this rate; empty when nothing moves or a size is unknown. */
    Optional<Duration> timeLeft() {
        long left = bytesTotal - bytesDone;
        if (bytesPerSecond < 1 || left <= 0 || unsized > 0) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofMillis((long) (left / bytesPerSecond * 1_000)));
    }
}
