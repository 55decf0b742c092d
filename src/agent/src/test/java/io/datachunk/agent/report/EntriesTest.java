package io.datachunk.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.agent.ChunkRow;
import io.datachunk.api.ChunkEntry;
import io.datachunk.api.ChunkState;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Holder;
import io.datachunk.manager.Reason;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EntriesTest {

    private static ChunkEntry only(ChunkRow row) {
        List<ChunkEntry> entries = Entries.of(List.of(row));
        assertThat(entries).hasSize(1);
        return entries.getFirst();
    }

    @Test
    void saysWhichObjectStandsWhere() {
        assertThat(only(Reported.row(
                        7, State.QUEUED, Reason.SOURCE_REFUSED, "503", 1, OptionalLong.empty(), List.of())))
                .isEqualTo(new ChunkEntry(
                        "lake",
                        "chunk-7",
                        "uid-7",
                        3,
                        ChunkState.QUEUED,
                        "SourceRefused",
                        "503",
                        1,
                        null,
                        "2026-01-02T03:04:05Z"));
    }

    @Test
    void boundsMessagesInCharactersNotInUnits() {
        ChunkEntry entry = only(Reported.row(
                7, State.FAILED, Reason.INVALID_SPEC, "\uD83D\uDE80".repeat(300), 0, OptionalLong.empty(), List.of()));

        assertThat(entry.message())
                .isNotNull()
                .satisfies(message ->
                        assertThat(message.codePointCount(0, message.length())).isEqualTo(256));
    }

    @Test
    void namesThoseWhoHoldAChunk() {
        Holder java = new Holder.Counted(12, "worker-0", "java", Reported.NOW, 3);

        ChunkEntry entry = only(Reported.row(
                7,
                State.RETIRING,
                Reason.WAITING_FOR_REFERENCES,
                "",
                10,
                OptionalLong.of(10),
                List.of(java, new Holder.Pinned(), java)));

        assertThat(entry.message())
                .isEqualTo("held by java (process 12 of worker-0) since 2026-01-02T03:04:05Z,"
                        + " a reader that is known by its lock alone and 1 more");
    }

    @Test
    void leavesOutWhatNoObjectDeclares() {
        ChunkRow declared = Reported.ready(1);
        ChunkRow undeclared = new ChunkRow(
                Optional.empty(),
                Optional.empty(),
                declared.id(),
                Optional.empty(),
                Optional.empty(),
                State.RETIRING,
                Reason.QUEUED,
                "",
                1,
                OptionalLong.empty(),
                Reported.NOW,
                List.of());

        assertThat(Entries.of(List.of(declared, undeclared))).hasSize(1);
    }
}
