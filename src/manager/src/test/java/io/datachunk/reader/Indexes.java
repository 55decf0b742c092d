package io.datachunk.reader;

import io.datachunk.reader.ReaderOptions.Holding;
import java.io.IOException;
import java.nio.file.Path;

/** Opens indexes as no user can: with the way of holding chosen, and with everything that waits doing so for less. */
public final class Indexes {
    private static final long TICK_MS = 50;
    private static final long WATCH_MS = 600;
    private static final int IDLE_PINS = 10;

    private Indexes() {}

    /** References are counted in {@code readers/}, on whatever it is. */
    public static ChunkIndex counting(Path dataDir, Path stateDir) throws IOException {
        return ChunkIndex.open(dataDir, stateDir, options(Holding.COUNTERS));
    }

    /** References are locks, as for a process that may write nothing. */
    public static ChunkIndex pinning(Path dataDir, Path stateDir) throws IOException {
        return ChunkIndex.open(dataDir, stateDir, options(Holding.PINS));
    }

    /** As usual, but where no manager runs this waits for one without end. */
    public static ChunkIndex watching(Path dataDir, Path stateDir) throws IOException {
        return ChunkIndex.open(
                dataDir, stateDir, new ReaderOptions(Holding.AUTOMATIC, TICK_MS, Integer.MAX_VALUE, 10, IDLE_PINS));
    }

    private static ReaderOptions options(Holding holding) {
        return new ReaderOptions(holding, TICK_MS, WATCH_MS, 10, IDLE_PINS);
    }
}
