package io.datachunk.operator;

import io.datachunk.api.DataChunkApi;
import io.datachunk.api.ServerRevision;
import io.datachunk.operator.chunk.ApiStatusWriter;
import io.datachunk.operator.chunk.DataChunkReconciler;
import io.datachunk.operator.chunk.FailureEvents;
import io.datachunk.operator.chunk.StatusKeeper;
import io.datachunk.operator.node.Freshness;
import io.datachunk.operator.node.ReportEventSource;
import io.datachunk.operator.node.ReportIndex;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.Cloner;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.health.EventSourceHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running operator: a client, the framework with one reconciler, and the endpoints. Started and stopped by one thread. */
final class OperatorProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);
    static final String LEASE = "datachunk-operator";
    private static final int THREADS = 8;
    private static final List<String> CONDITIONS =
            List.of(DataChunkApi.CONDITION_READY, DataChunkApi.CONDITION_RECONCILING, DataChunkApi.CONDITION_STALLED);
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(10);

    /** To end would help nobody: it would only be started again. */
    private static final Duration WAIT_FOR_SERVER = Duration.ofDays(365);

    /** Everything is looked at so often, which writes nothing unless a change was missed, as after a backup of etcd was restored. */
    private static final Duration LOOK_AT_ALL = Duration.ofMinutes(10);

    private final String instance = UUID.randomUUID().toString();
    private final ReportIndex index = new ReportIndex();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final KubernetesClient client = new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(Config.autoConfigure(null))
                    // A write that fails is tried again by us, with fresh content; here its thread would only be held.
                    .withRequestRetryBackoffLimit(2)
                    .build())
            .build();
    private final ReportEventSource reports;
    private final Operator operator;
    private final HttpEndpoints endpoints;
    private final ScheduledExecutorService housekeeping = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("housekeeping").factory());
    private volatile boolean started;
    private volatile boolean leads;
    private volatile boolean stopping;

    /**
     * @param namespaces whose DataChunks to look after; none for all
     */
    OperatorProcess(List<String> namespaces, InetSocketAddress http) throws IOException {
        String reportNamespace = client.getConfiguration().getNamespace();
        InstantSource clock = InstantSource.system();
        reports = new ReportEventSource(client, reportNamespace, index, clock, System::nanoTime);
        FailureEvents events = new FailureEvents(event -> client.resource(event).create(), clock, instance);
        ApiStatusWriter writer = new ApiStatusWriter(client, meters);
        StatusKeeper keeper = new StatusKeeper(index, writer, events, clock);
        operator = new Operator(settings -> settings.withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(THREADS)
                .withReconciliationTerminationTimeout(Duration.ofSeconds(5))
                .withStopOnInformerErrorDuringStartup(false)
                .withCacheSyncTimeout(WAIT_FOR_SERVER)
                .withResourceCloner(new SameObject())
                .withUseSSAToPatchPrimaryResource(false)
                .withLeaderElectionConfiguration(leaderElection(reportNamespace)));
        operator.register(new DataChunkReconciler(keeper, reports), controller -> {
            controller
                    .withGenerationAware(false) // a status that somebody else has changed is mended too
                    .withReconciliationMaxInterval(LOOK_AT_ALL)
                    .withInformerListLimit(500L)
                    .withRetry(new GenericRetry()
                            .setInitialInterval(1_000)
                            .setIntervalMultiplier(2)
                            .setMaxInterval(60_000)
                            .setMaxAttempts(Integer.MAX_VALUE));
            if (!namespaces.isEmpty()) {
                controller.settingNamespaces(Set.copyOf(namespaces));
            }
        });
        measure();
        endpoints = new HttpEndpoints(http, this::isLive, this::isReady, meters);
        ServerRevision revision = ServerRevision.of(client, reportNamespace);
        var _ = housekeeping.scheduleWithFixedDelay(
                () -> keepHouse(keeper, writer, events, revision),
                HOUSEKEEPING.toSeconds(),
                HOUSEKEEPING.toSeconds(),
                TimeUnit.SECONDS);
        LOG.info("reads the reports in namespace {}, answers on port {}", reportNamespace, endpoints.port());
    }

    /** Returns when all lists are read. From then on it follows, or leads when nobody else does. */
    void start() {
        operator.start();
        started = true;
    }

    @Override
    public void close() {
        stopping = true;
        operator.stop();
        housekeeping.shutdownNow();
        endpoints.close();
        client.close();
    }

    private void keepHouse(StatusKeeper keeper, ApiStatusWriter writer, FailureEvents events, ServerRevision revision) {
        try {
            if (revision.wentBack()) {
                endAtOnce(
                        "the API server went back to an older state, as from a backup: starting anew reads everything again");
            }
            keeper.prune();
            writer.logFailures();
            events.flush();
        } catch (RuntimeException e) {
            LOG.error("housekeeping failed, and will be tried again", e);
        }
    }

    private LeaderElectionConfiguration leaderElection(String namespace) {
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                .withLeaseNamespace(namespace)
                .withIdentity(instance)
                .withExitOnStopLeading(false) // it would exit from within our own stop, and hang
                .withLeaderCallbacks(new LeaderCallbacks(
                        () -> leads = true,
                        this::lostLeadership,
                        leader -> LOG.info("{} leads, this is {}", leader, instance)))
                .build();
    }

    private void lostLeadership() {
        leads = false;
        endAtOnce("lost the lease, and ends"); // somebody else may lead by now: not one more write
    }

    /** The pod starts again, and follows. */
    private void endAtOnce(String reason) {
        if (!stopping) {
            LOG.error(reason);
            Runtime.getRuntime().halt(1);
        }
    }

    /** A server that is away is no reason to be killed. An informer that has stopped for good is. */
    private boolean isLive() {
        return !started
                || reports.areRunning()
                        && operator.getRuntimeInfo().unhealthyEventSources().values().stream()
                                .flatMap(sources -> sources.values().stream())
                                .noneMatch(OperatorProcess::hasStopped);
    }

    private static boolean hasStopped(EventSourceHealthIndicator source) {
        return source instanceof InformerWrappingEventSourceHealthIndicator<?> informers
                && !informers.informerHealthIndicators().values().stream().allMatch(InformerHealthIndicator::isRunning);
    }

    private boolean isReady() {
        return started && reports.hasSynced();
    }

    private void measure() {
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        Gauge.builder("datachunk.operator.leader", () -> leads ? 1 : 0)
                .description("1 while this process leads")
                .register(meters);
        for (String condition : CONDITIONS) {
            Gauge.builder("datachunk.operator.chunks", () -> index.chunksWith(condition))
                    .tag("condition", condition)
                    .description("DataChunks of which the condition holds")
                    .register(meters);
        }
        for (Freshness freshness : Freshness.values()) {
            Gauge.builder("datachunk.operator.nodes", () -> index.nodes(freshness))
                    .tag("state", freshness.name().toLowerCase(Locale.ROOT))
                    .description("nodes that have a report, by whether they are heard of")
                    .register(meters);
        }
    }

    /** The reconciler changes no object that it is given, so that copies would only cost. */
    private static final class SameObject implements Cloner {
        @Override
        public <R extends HasMetadata> R clone(R object) {
            return object;
        }
    }
}
