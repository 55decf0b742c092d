package io.datachunk.agent.report;

import io.datachunk.agent.ChunkRow;
import io.datachunk.agent.source.NodeIdentity;
import io.datachunk.agent.source.ObjectVersion;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Holder;
import io.datachunk.manager.Reason;
import io.datachunk.manager.VolumeStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** What tests report. */
final class Reported {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
    static final NodeIdentity NODE = new NodeIdentity("node-uid", Map.of());

    private Reported() {}

    static ChunkRow row(int number, State state, Reason reason, long done, long total) {
        return row(number, state, reason, "", done, OptionalLong.of(total), List.of());
    }

    static ChunkRow row(
            int number,
            State state,
            Reason reason,
            String message,
            long done,
            OptionalLong total,
            List<Holder> holders) {
        return new ChunkRow(
                Optional.of("lake/chunk-" + number),
                Optional.of(new ObjectVersion("lake", "chunk-" + number, "uid-" + number, 3)),
                Optional.of("%064x".formatted(number)),
                Optional.of("%064x".formatted(0)),
                Optional.empty(),
                state,
                reason,
                message,
                done,
                total,
                NOW,
                holders);
    }

    static ChunkRow ready(int number) {
        return row(number, State.READY, Reason.READY, 10, 10);
    }

    static List<ChunkRow> ready(int from, int to) {
        return IntStream.range(from, to).mapToObj(Reported::ready).toList();
    }

    static NodeFacts facts(List<ChunkRow> rows) {
        return new NodeFacts(
                rows,
                Optional.of(new VolumeStatus(1L << 40, 1L << 39, 5)),
                Optional.of("volume-1"),
                Optional.empty(),
                false,
                0,
                List.of());
    }

    static NodeFacts missingVolume(String why) {
        return new NodeFacts(
                List.of(), Optional.empty(), Optional.of("volume-1"), Optional.of(why), false, 0, List.of(why));
    }
}
