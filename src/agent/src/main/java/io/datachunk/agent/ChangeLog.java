package io.datachunk.agent;

import io.datachunk.agent.source.DeclaredChunk;
import io.datachunk.manager.ChunkStatus;
import io.datachunk.manager.Reason;
import io.datachunk.reader.ChunkId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what becomes of chunks: each that became ready or went, and each trouble once until the chunk is well again. Owned by
 * one thread, that of the engine's listeners.
 */
final class ChangeLog {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeLog.class);

    /** A source that is down troubles thousands of chunks: the rest is counted, and seen in the chunk list. */
    private static final int TROUBLES_A_PERIOD = 20;

    private static final long PERIOD_NANOS = Duration.ofSeconds(10).toNanos();

    private final Supplier<Intent> intent;
    private final LongSupplier nanoTime;
    private final Map<ChunkId, Reason> troubles = new HashMap<>();
    private long periodBegin;
    private int saidInPeriod;
    private int unsaid;

    ChangeLog(Supplier<Intent> intent, LongSupplier nanoTime) {
        this.intent = intent;
        this.nanoTime = nanoTime;
        this.periodBegin = nanoTime.getAsLong();
    }

    void changed(ChunkStatus status) {
        switch (status.state()) {
            case READY -> {
                troubles.remove(status.id());
                if (status.reason() == Reason.READY) {
                    LOG.info("{} is ready, {} bytes", name(status.id()), status.bytesDone());
                }
            }
            case FAILED -> trouble(status, "failed");
            case QUEUED -> {
                if (status.reason() != Reason.QUEUED) {
                    trouble(status, "waits");
                }
            }
            case RETIRING, DELETING -> {
                troubles.remove(status.id());
                LOG.debug("{} leaves: {} {}", name(status.id()), status.reason().camelCase(), status.message());
            }
            case DOWNLOADING ->
                LOG.debug("{} {}", name(status.id()), status.reason().camelCase());
        }
    }

    private void trouble(ChunkStatus status, String what) {
        if (troubles.put(status.id(), status.reason()) == status.reason()) {
            return;
        }
        long now = nanoTime.getAsLong();
        if (now - periodBegin >= PERIOD_NANOS) {
            if (unsaid > 0) {
                LOG.warn("{} more chunks had trouble meanwhile, see /v1/chunks", unsaid);
            }
            periodBegin = now;
            saidInPeriod = 0;
            unsaid = 0;
        }
        if (saidInPeriod < TROUBLES_A_PERIOD) {
            saidInPeriod++;
            LOG.warn(
                    "{} {}, {}{}",
                    name(status.id()),
                    what,
                    status.reason().camelCase(),
                    status.message().isEmpty() ? "" : ": " + status.message());
        } else {
            unsaid++;
        }
    }

    private String name(ChunkId id) {
        List<DeclaredChunk> declarations = intent.get().declarations().getOrDefault(id, List.of());
        return declarations.isEmpty() ? id.toString() : declarations.getFirst().name();
    }
}
