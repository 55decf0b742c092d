package io.datachunk.agent.progress;

import io.datachunk.agent.ChunkRow;
import io.datachunk.manager.VolumeStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows progress: a live table on a terminal, elsewhere a line of the log every few seconds while something moves, and one
 * when it came to rest. Thread-safe; a thread of its own shows.
 */
public final class ProgressDisplay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProgressDisplay.class);
    private static final Duration TABLE_PERIOD = Duration.ofMillis(500);
    private static final Duration LINE_PERIOD = Duration.ofSeconds(5);

    private final Supplier<Optional<View>> views;
    private final Optional<Terminal> terminal;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final RateMeter rate = new RateMeter();
    private String lastLine = "";

    private ProgressDisplay(Supplier<Optional<View>> views, Optional<Terminal> terminal) {
        this.views = views;
        this.terminal = terminal;
    }

    /** What progress is made of. Immutable. */
    public record View(List<ChunkRow> rows, VolumeStatus volume, long downloadedBytes) {}

    /** A screen that is a terminal, and how wide it is. */
    public record Terminal(Screen screen, int columns) {}

    /**
     * Begins to show.
     *
     * @param views empty while there is nothing to see yet; called from the thread of the display
     * @param terminal empty: standard output is none
     */
    public static ProgressDisplay start(Supplier<Optional<View>> views, Optional<Terminal> terminal) {
        ProgressDisplay display = new ProgressDisplay(views, terminal);
        Thread.ofPlatform().name("progress").daemon().start(display::run);
        return display;
    }

    @Override
    public void close() {
        closed.countDown();
        terminal.ifPresent(shown -> shown.screen().draw(List.of()));
    }

    private void run() {
        Duration period = terminal.isPresent() ? TABLE_PERIOD : LINE_PERIOD;
        try {
            while (!closed.await(period.toMillis(), TimeUnit.MILLISECONDS)) {
                views.get().ifPresent(this::show);
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private void show(View view) {
        double bytesPerSecond = rate.sample(System.nanoTime(), view.downloadedBytes());
        Progress progress = Progress.of(view.rows(), view.volume(), bytesPerSecond);
        if (terminal.isPresent()) {
            terminal.get()
                    .screen()
                    .draw(ProgressTable.render(
                            progress, view.rows(), terminal.get().columns()));
            return;
        }
        String line = ProgressLine.render(progress);
        if (!line.equals(lastLine)) {
            LOG.info("{}", line);
            lastLine = line;
        }
    }
}
