package io.datachunk.operator.node;

import io.datachunk.api.DataChunk;
import io.datachunk.api.NodeChunkSlice;
import io.datachunk.api.NodeChunks;
import io.datachunk.api.NodeChunksStatus;
import io.datachunk.api.TrimmedStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.health.Status;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.EventSourceStartPriority;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches slices, reports and nodes, keeps the {@link ReportIndex}, and asks for those chunks to be looked at that a change touches. Informer threads and
 * the ticker call it; its monitor guards the heartbeats, the index guards itself.
 */
public final class ReportEventSource extends AbstractEventSource<NodeChunkSlice, DataChunk>
        implements ResourceEventAware<DataChunk> {
    private static final Logger LOG = LoggerFactory.getLogger(ReportEventSource.class);
    private static final Duration TICK = Duration.ofSeconds(5);

    /** Objects of a page of the first list: a slice may have 200 kB. */
    private static final long PAGE = 50;

    private final KubernetesClient client;
    private final String namespace;
    private final ReportIndex index;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Heartbeats heartbeats = new Heartbeats();
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("heartbeats").factory());

    /**
     * @param namespace of the reports: elsewhere anybody could write some
     */
    public ReportEventSource(
            KubernetesClient client, String namespace, ReportIndex index, InstantSource clock, LongSupplier nanoTime) {
        super(NodeChunkSlice.class, "node-reports");
        this.client = client;
        this.namespace = namespace;
        this.index = index;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    @Override
    public EventSourceStartPriority priority() {
        return EventSourceStartPriority.RESOURCE_STATE_LOADER;
    }

    @Override
    public void start() {
        super.start();
        informers.add(inform(client.nodes(), (_, after) -> nodeIs(after), before -> nodeGone(before))
                .itemStore(TrimmedStore.ofNodes()));
        informers.add(inform(
                client.resources(NodeChunks.class).inNamespace(namespace),
                (_, after) -> reportIs(after),
                before -> reportGone(before)));
        informers.add(inform(
                client.resources(NodeChunkSlice.class).inNamespace(namespace),
                (before, after) -> touch(index.sliceChanged(before, after)),
                before -> touch(index.sliceChanged(before, null))));
        for (SharedIndexInformer<?> informer : informers) {
            informer.start().toCompletableFuture().join();
        }
        var _ = ticker.scheduleAtFixedRate(this::tick, TICK.toSeconds(), TICK.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void stop() {
        super.stop();
        ticker.shutdownNow();
        informers.forEach(SharedIndexInformer::stop);
    }

    @Override
    public Status getStatus() {
        return areRunning() ? Status.HEALTHY : Status.UNHEALTHY;
    }

    /** Whether no watch has ended for good. */
    public boolean areRunning() {
        return informers.stream().allMatch(SharedIndexInformer::isRunning);
    }

    /** Whether all lists have been read once. */
    public boolean hasSynced() {
        return informers.size() == 3 && informers.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    @Override
    public Set<NodeChunkSlice> getSecondaryResources(DataChunk chunk) {
        return Set.of(); // the index answers
    }

    @Override
    public void onResourceCreated(DataChunk chunk) {
        index.putChunk(chunk);
    }

    @Override
    public void onResourceUpdated(DataChunk chunk, DataChunk before) {
        index.putChunk(chunk);
    }

    @Override
    public void onResourceDeleted(DataChunk chunk) {
        index.removeChunk(chunk);
    }

    private void nodeIs(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        touch(index.nodeChanged(node.getMetadata().getName(), labels == null ? Map.of() : labels));
    }

    private void nodeGone(Node node) {
        touch(index.nodeChanged(node.getMetadata().getName(), null));
    }

    private synchronized void reportIs(NodeChunks report) {
        NodeChunksStatus status = report.getStatus();
        String heartbeat =
                status == null || status.agent() == null ? null : status.agent().heartbeat();
        String node = report.getMetadata().getName();
        touch(index.reportChanged(node, heartbeats.seen(node, heartbeat, nanoTime.getAsLong(), clock.instant())));
    }

    private synchronized void reportGone(NodeChunks report) {
        heartbeats.forget(report.getMetadata().getName());
        touch(index.reportChanged(report.getMetadata().getName(), null));
    }

    private synchronized void tick() {
        try {
            if (!informers.stream().allMatch(SharedIndexInformer::isWatching)) {
                heartbeats.blindFor(TICK);
            }
            heartbeats
                    .freshness(nanoTime.getAsLong())
                    .forEach((node, freshness) -> touch(index.reportChanged(node, freshness)));
        } catch (RuntimeException e) {
            LOG.error("cannot judge the heartbeats", e);
        }
    }

    private void touch(Set<String> chunks) {
        for (String key : chunks) {
            int slash = key.indexOf('/');
            getEventHandler().handleEvent(new Event(new ResourceID(key.substring(slash + 1), key.substring(0, slash))));
        }
    }

    private static <T extends HasMetadata> SharedIndexInformer<T> inform(
            Informable<T> resources, Change<T> change, Gone<T> gone) {
        return resources
                .withLimit(PAGE)
                .runnableInformer(0)
                .exceptionHandler((_, e) -> {
                    LOG.warn("a watch failed and is tried again: {}", e.getMessage());
                    return true;
                })
                .addEventHandler(new Handler<>(change, gone));
    }

    /** An object is now this one; the first is what it was, null for a new one. */
    private interface Change<T> {
        void is(@Nullable T before, T after);
    }

    /** An object is there no more. */
    private interface Gone<T> {
        void was(T before);
    }

    /** Hands on what an informer says. What goes wrong with one object is logged and costs nothing else. */
    private record Handler<T extends HasMetadata>(Change<T> change, Gone<T> gone) implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            guarded(object, () -> change.is(null, object));
        }

        @Override
        public void onUpdate(T before, T after) {
            guarded(after, () -> change.is(before, after));
        }

        @Override
        public void onDelete(T object, boolean unknown) {
            guarded(object, () -> gone.was(object));
        }

        private static void guarded(HasMetadata object, Runnable handling) {
            try {
                if (object instanceof io.datachunk.api.ApiResource<?, ?> resource) {
                    resource.problem()
                            .ifPresent(why -> LOG.warn(
                                    "{} {} cannot be read in full: {}", object.getKind(), resource.key(), why));
                }
                handling.run();
            } catch (RuntimeException e) {
                LOG.error(
                        "cannot handle {} {}",
                        object.getKind(),
                        object.getMetadata().getName(),
                        e);
            }
        }
    }
}
