package io.datachunk.operator.chunk;

import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkApi;
import io.datachunk.api.DataChunkStatus;
import io.datachunk.api.ResourceCondition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of chunks that stall, and of those that recover: one event each for the first few of a namespace and reason, then one a minute with their number.
 * A chunk that simply becomes ready is no event. Its monitor guards the windows; an event that cannot be written is logged and forgotten.
 */
public final class FailureEvents {
    private static final Logger LOG = LoggerFactory.getLogger(FailureEvents.class);
    static final int SINGLE_EVENTS = 5;
    static final Duration WINDOW = Duration.ofMinutes(1);

    private final Consumer<Event> server;
    private final InstantSource clock;
    private final String instance;
    private final Map<Kind, Window> windows = new HashMap<>();

    /**
     * @param server takes an event, or throws KubernetesClientException
     * @param instance of the operator
     */
    public FailureEvents(Consumer<Event> server, InstantSource clock, String instance) {
        this.server = server;
        this.clock = clock;
        this.instance = instance;
    }

    /** The stored status of the chunk is another one now. */
    void changed(DataChunk chunk, @Nullable DataChunkStatus before, DataChunkStatus after) {
        boolean was = stalled(before).isPresent();
        Optional<ResourceCondition> stalled = stalled(after);
        if (stalled.isPresent() && !was) {
            tell(chunk, "Warning", stalled.get().reason(), stalled.get().message());
        } else if (was && stalled.isEmpty()) {
            tell(chunk, "Normal", "Recovered", "no node reports a failure any more");
        }
    }

    /** Writes what was held back in windows that have ended. */
    public synchronized void flush() {
        Instant now = clock.instant();
        windows.entrySet().removeIf(entry -> {
            Window window = entry.getValue();
            if (window.opened.plus(WINDOW).isAfter(now)) {
                return false;
            }
            if (window.last != null) {
                write(
                        window.last,
                        entry.getKey().type,
                        entry.getKey().reason,
                        window.held + " more DataChunks of this namespace within a minute, this one the last: "
                                + window.lastMessage);
            }
            return true;
        });
    }

    private synchronized void tell(DataChunk chunk, String type, String reason, String message) {
        Kind kind = new Kind(chunk.getMetadata().getNamespace(), type, reason);
        Window window = windows.computeIfAbsent(kind, _ -> new Window(clock.instant()));
        if (window.written < SINGLE_EVENTS) {
            window.written++;
            write(chunk, type, reason, message);
        } else {
            window.held++;
            window.last = chunk;
            window.lastMessage = message;
        }
    }

    private void write(DataChunk chunk, String type, String reason, String message) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        Event event = new EventBuilder()
                .withNewMetadata()
                .withGenerateName(eventName(chunk))
                .withNamespace(chunk.getMetadata().getNamespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(DataChunkApi.API_VERSION)
                .withKind("DataChunk")
                .withNamespace(chunk.getMetadata().getNamespace())
                .withName(chunk.getMetadata().getName())
                .withUid(chunk.getMetadata().getUid())
                .endInvolvedObject()
                .withType(type)
                .withReason(reason)
                .withMessage(message)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .withNewSource()
                .withComponent("datachunk-operator")
                .endSource()
                .withReportingComponent("datachunk.io/operator")
                .withReportingInstance(instance)
                .build();
        try {
            server.accept(event);
        } catch (KubernetesClientException e) {
            LOG.warn("cannot write an event about {}: {}", chunk.key(), e.getMessage());
        }
    }

    /** The server adds six characters. */
    private static String eventName(DataChunk chunk) {
        String name = chunk.getMetadata().getName();
        return (name.length() <= 240 ? name : name.substring(0, 240)) + ".";
    }

    private static Optional<ResourceCondition> stalled(@Nullable DataChunkStatus status) {
        return status == null
                ? Optional.empty()
                : ResourceCondition.find(status.conditions(), DataChunkApi.CONDITION_STALLED)
                        .filter(condition -> condition.status().equals(ResourceCondition.TRUE));
    }

    private record Kind(String namespace, String type, String reason) {}

    /** The events of one kind since a moment. */
    private static final class Window {
        private final Instant opened;
        private int written;
        private int held;
        private @Nullable DataChunk last;
        private String lastMessage = "";

        private Window(Instant opened) {
            this.opened = opened;
        }
    }
}
