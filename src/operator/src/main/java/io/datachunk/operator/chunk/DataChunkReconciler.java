package io.datachunk.operator.chunk;

import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkStatus;
import io.datachunk.operator.node.ReportEventSource;
import io.datachunk.operator.node.ReportIndex;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the status of each DataChunk true to what the nodes report: looks, sums up, and writes when {@link WriteRule} says so. The framework calls it for
 * one chunk at a time on one of several threads; the map of what was written is all that it remembers.
 */
public final class DataChunkReconciler implements Reconciler<DataChunk> {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;
    private final ReportIndex index;
    private final ReportEventSource reports;
    private final FailureEvents events;
    private final InstantSource clock;
    private final MeterRegistry meters;

    /** By uid: a write of this process, and since when the present status differs from the stored one. */
    private final Map<String, Memory> memories = new ConcurrentHashMap<>();

    public DataChunkReconciler(
            KubernetesClient client,
            ReportIndex index,
            ReportEventSource reports,
            FailureEvents events,
            InstantSource clock,
            MeterRegistry meters) {
        this.client = client;
        this.index = index;
        this.reports = reports;
        this.events = events;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public List<EventSource<?, DataChunk>> prepareEventSources(EventSourceContext<DataChunk> context) {
        return List.of(reports);
    }

    @Override
    public UpdateControl<DataChunk> reconcile(DataChunk chunk, Context<DataChunk> context) {
        Instant now = clock.instant();
        String uid = chunk.getMetadata().getUid();
        Memory memory = memories.getOrDefault(uid, Memory.NONE);
        DataChunkStatus stored = memory.newer(chunk);
        DataChunkStatus next =
                RollUp.status(chunk, stored == null ? List.of() : stored.conditions(), index.desired(chunk), now);
        Instant differsSince = memory.differsSince() == null ? now : memory.differsSince();
        Optional<Duration> delay = WriteRule.delay(stored, next, memory.writtenAt(), differsSince, now);
        if (delay.isEmpty()) {
            memories.computeIfPresent(uid, (_, was) -> was.agreeing());
            return UpdateControl.noUpdate();
        }
        if (!delay.get().isZero()) {
            memories.put(uid, memory.differing(differsSince));
            return UpdateControl.<DataChunk>noUpdate().rescheduleAfter(delay.get());
        }
        write(chunk, next).ifPresent(version -> {
            memories.put(uid, new Memory(version, next, now, null));
            events.changed(chunk, stored, next);
        });
        return UpdateControl.noUpdate();
    }

    /** Forgets the objects that are gone. */
    public void prune() {
        Set<String> living = ConcurrentHashMap.newKeySet();
        index.chunks().forEach(chunk -> living.add(chunk.getMetadata().getUid()));
        memories.keySet().retainAll(living);
    }

    /** The version that the object has then; empty if the object is not there any more. */
    private Optional<String> write(DataChunk chunk, DataChunkStatus status) {
        try {
            DataChunk written =
                    client.resource(chunk).subresource("status").patch(MERGE, StatusPatch.of(chunk, status));
            meters.counter("datachunk.operator.status.writes").increment();
            return Optional.of(written.getMetadata().getResourceVersion());
        } catch (KubernetesClientException e) {
            boolean gone = e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || e.getCode() == HttpURLConnection.HTTP_CONFLICT
                    || (e.getCode() == UNPROCESSABLE
                            && String.valueOf(e.getMessage()).contains("uid"));
            if (gone) {
                return Optional.empty();
            }
            meters.counter("datachunk.operator.status.write.failures").increment();
            throw e;
        }
    }

    /**
     * What this process knows of an object's stored status.
     *
     * @param version of the object after the write
     * @param differsSince null while the stored status is the present one
     */
    private record Memory(
            @Nullable String version,
            @Nullable DataChunkStatus written,
            @Nullable Instant writtenAt,
            @Nullable Instant differsSince) {
        static final Memory NONE = new Memory(null, null, null, null);

        /** The watch may lag behind our own write. Versions are numbers that grow. */
        @Nullable
        DataChunkStatus newer(DataChunk chunk) {
            return version != null && Long.parseLong(chunk.getMetadata().getResourceVersion()) < Long.parseLong(version)
                    ? written
                    : chunk.getStatus();
        }

        Memory differing(Instant since) {
            return new Memory(version, written, writtenAt, since);
        }

        Memory agreeing() {
            return new Memory(version, written, writtenAt, null);
        }
    }
}
