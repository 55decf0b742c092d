package io.datachunk.agent.http;

import io.datachunk.manager.ChunkStatus;
import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.DownloadEnd;
import io.datachunk.manager.Reason;
import io.datachunk.manager.VolumeStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The metrics of an agent. Thread-safe: the sample that gauges show is taken anew for each scrape. */
public final class AgentMetrics {
    /** The text format that every scraper takes. */
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final NodeSample NOTHING = new NodeSample(List.of(), 0, 0, new VolumeStatus(0, 0, 0), 0);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Supplier<Optional<NodeSample>> samples;
    private final Timer downloadDuration;

    /** Guarded by this: one scrape at a time takes a sample and shows it. */
    private NodeSample sample = NOTHING;

    /**
     * Metrics of what the supplier samples.
     *
     * @param samples empty while there is nothing to sample yet
     */
    public AgentMetrics(Supplier<Optional<NodeSample>> samples) {
        this.samples = samples;
        for (State state : State.values()) {
            String spelled = ChunkListJson.spelled(state);
            Gauge.builder("datachunk.chunks", this, metrics -> metrics.count(state))
                    .description("Chunks that the agent knows, by state")
                    .tag("state", spelled)
                    .register(registry);
            Gauge.builder("datachunk.bytes", this, metrics -> metrics.bytes(state))
                    .description("Bytes on the volume of the chunks in each state")
                    .tag("state", spelled)
                    .register(registry);
        }
        FunctionCounter.builder("datachunk.download", this, metrics -> metrics.sample.downloadedBytes())
                .description("Bytes received from sources")
                .baseUnit("bytes")
                .register(registry);
        gauge(
                "datachunk.queue.chunks",
                "Chunks that wait for their turn, for space or for another try",
                null,
                metrics -> metrics.count(State.QUEUED));
        gauge("datachunk.volume.capacity", "Size of the volume", "bytes", volume(VolumeStatus::capacityBytes));
        gauge("datachunk.volume.available", "Free on the volume", "bytes", volume(VolumeStatus::availableBytes));
        gauge(
                "datachunk.volume.reserved",
                "Promised to running downloads and not written yet",
                "bytes",
                volume(VolumeStatus::reservedBytes));
        gauge(
                "datachunk.open.references",
                "References that processes hold",
                null,
                metrics -> metrics.sample.openReferences());
        gauge(
                "datachunk.deletes.deferred",
                "Deletions that wait for references or are held by the guard",
                null,
                metrics -> metrics.deferredDeletes());
        downloadDuration = Timer.builder("datachunk.download.duration")
                .description("Duration of tries to download a chunk")
                .serviceLevelObjectives(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(30))
                .register(registry);
        countDownloads("success", Reason.READY).increment(0);
    }

    /** Counts the end of a download. */
    public void downloadEnded(DownloadEnd end) {
        downloadDuration.record(end.duration());
        countDownloads(
                        end.failure().isEmpty() ? "success" : "failure",
                        end.failure().orElse(Reason.READY))
                .increment();
    }

    /** Writes everything as text. */
    synchronized String write(OutputStream out) throws IOException {
        sample = samples.get().orElse(NOTHING);
        registry.scrape(out, CONTENT_TYPE);
        return CONTENT_TYPE;
    }

    private io.micrometer.core.instrument.Counter countDownloads(String result, Reason reason) {
        return io.micrometer.core.instrument.Counter.builder("datachunk.downloads")
                .description("Tries to download a chunk that ended")
                .tag("result", result)
                .tag("reason", reason.camelCase())
                .register(registry);
    }

    private void gauge(
            String name,
            String description,
            @org.jspecify.annotations.Nullable String unit,
            ToDoubleFunction<AgentMetrics> value) {
        Gauge.builder(name, this, value).description(description).baseUnit(unit).register(registry);
    }

    private static ToDoubleFunction<AgentMetrics> volume(Function<VolumeStatus, Long> part) {
        return metrics -> part.apply(metrics.sample.volume());
    }

    private double count(State state) {
        return sample.statuses().stream()
                .filter(status -> status.state() == state)
                .count();
    }

    private double bytes(State state) {
        return sample.statuses().stream()
                .filter(status -> status.state() == state)
                .mapToLong(ChunkStatus::bytesDone)
                .sum();
    }

    private double deferredDeletes() {
        return sample.heldDeletes()
                + sample.statuses().stream()
                        .filter(status ->
                                status.state() == State.RETIRING && status.reason() == Reason.WAITING_FOR_REFERENCES)
                        .count();
    }
}
