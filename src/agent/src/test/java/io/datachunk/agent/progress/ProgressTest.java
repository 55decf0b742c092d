package io.datachunk.agent.progress;

import static io.datachunk.agent.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.agent.ChunkRow;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import io.datachunk.manager.VolumeStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {
    private static final VolumeStatus VOLUME = new VolumeStatus(100L << 30, 60L << 30, 1L << 20);
    private static final List<ChunkRow> ROWS = List.of(
            row("a", State.READY, Reason.READY, "", 8),
            row("b", State.DOWNLOADING, Reason.DOWNLOADING, "", 4),
            row("c", State.QUEUED, Reason.QUEUED, "", 0),
            row("d", State.QUEUED, Reason.INSUFFICIENT_SPACE, "needs 8 MiB", 0),
            row("e", State.FAILED, Reason.NOT_FOUND, "404", 0),
            row("f", State.RETIRING, Reason.WAITING_FOR_REFERENCES, "held by 1", 8),
            row("g", State.READY, Reason.DELETES_HELD, "", 8));

    @Test
    void sumsUpWhatIsWanted() {
        Progress progress = Progress.of(ROWS, VOLUME, 2 << 20);

        assertThat(ProgressLine.render(progress))
                .isEqualTo("1 of 5 chunks ready, 1 downloading, 2 waiting, 1 failed, 1 leaving, 1 held;"
                        + " 12.0 MiB of 40.0 MiB, 2.0 MiB/s, 14 s left");
    }

    @Test
    void promisesNoTimeWithoutARateOrWithUnknownSizes() {
        List<ChunkRow> unsized = new ArrayList<>(ROWS);
        unsized.add(new ChunkRow(
                Optional.of("h"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                State.DOWNLOADING,
                Reason.DOWNLOADING,
                "",
                1,
                OptionalLong.empty(),
                NOON,
                List.of()));

        assertThat(Progress.of(ROWS, VOLUME, 0).timeLeft()).isEmpty();
        assertThat(Progress.of(unsized, VOLUME, 1 << 20).timeLeft()).isEmpty();
        assertThat(ProgressLine.render(Progress.of(unsized, VOLUME, 1 << 20)))
                .contains("and more")
                .doesNotContain("left");
    }

    @Test
    void showsWhatMovesAndWhatWaitsAndWhy() {
        assertThat(ProgressTable.render(Progress.of(ROWS, VOLUME, 0), ROWS, 200))
                .containsExactly(
                        "[######..............] 1 of 5 chunks ready, 1 downloading, 2 waiting, 1 failed, 1 leaving, 1 held;"
                                + " 12.0 MiB of 40.0 MiB, 0 B/s",
                        "disk: 60.0 GiB free of 100.0 GiB, 1.0 MiB reserved",
                        "  b                        [##########..........] 4.0 MiB of 8.0 MiB",
                        "  e                        failed, NotFound: 404",
                        "  d                        waits, InsufficientSpace: needs 8 MiB",
                        "  f                        leaves, WaitingForReferences: held by 1",
                        "  g                        held, DeletesHeld",
                        "  c                        waits for its turn");
    }

    @Test
    void keepsTheTableSmallAndNarrow() {
        List<ChunkRow> many = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            many.add(row("a-chunk-with-a-name-of-many-characters-" + number, State.QUEUED, Reason.QUEUED, "", 0));
        }

        List<String> table = ProgressTable.render(Progress.of(many, VOLUME, 0), many, 40);

        assertThat(table).hasSize(13).allMatch(line -> line.length() <= 40);
        assertThat(table.getLast()).contains("and 90 more");
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1048575, 1.0 MiB", "9223372036854775807, 8.0 EiB"})
    void writesBytesForPeople(long bytes, String text) {
        assertThat(Quantity.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"PT0.1S, 1 s", "PT59S, 59 s", "PT1M, 1 min 0 s", "PT61M, 1 h 1 min", "PT25H, 1 d 1 h"})
    void writesDurationsForPeople(Duration duration, String text) {
        assertThat(Quantity.duration(duration)).isEqualTo(text);
    }

    @Test
    void measuresTheRateOfTheLastSeconds() {
        RateMeter rate = new RateMeter();

        assertThat(rate.sample(0, 0)).isZero();
        assertThat(rate.sample(1_000_000_000L, 100)).isEqualTo(100);
        for (long second = 2; second < 20; second++) {
            rate.sample(second * 1_000_000_000L, 100);
        }
        assertThat(rate.sample(20_000_000_000L, 100)).isZero();
    }

    @Test
    void drawsTheTableBelowTheLog() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Screen screen = new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        screen.draw(List.of("one", "two"));
        screen.write("log\n".getBytes(StandardCharsets.UTF_8));
        screen.draw(List.of());
        screen.write("end\n".getBytes(StandardCharsets.UTF_8));

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo("one\ntwo\n\u001b[2A\u001b[Jlog\none\ntwo\n\u001b[2A\u001b[Jend\n");
    }

    private static ChunkRow row(String name, State state, Reason reason, String message, long doneMiB) {
        return new ChunkRow(
                Optional.of(name),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                state,
                reason,
                message,
                doneMiB << 20,
                OptionalLong.of(8 << 20),
                NOON,
                List.of());
    }
}
