package io.datachunk.agent;

import io.datachunk.agent.cluster.Cluster;
import io.datachunk.agent.cluster.NodeVolume;
import io.datachunk.agent.http.AgentMetrics;
import io.datachunk.agent.http.AgentServer;
import io.datachunk.agent.http.NodeSample;
import io.datachunk.agent.http.NodeView;
import io.datachunk.agent.progress.ProgressDisplay;
import io.datachunk.agent.report.NodeFacts;
import io.datachunk.agent.source.DesiredState;
import io.datachunk.manager.ChunkStatus;
import io.datachunk.manager.DataManager;
import io.datachunk.manager.Holder;
import io.datachunk.manager.Options;
import io.datachunk.manager.store.VolumeMissingException;
import io.datachunk.reader.ChunkId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent: a source, the engine, and the endpoints, with a loop that gives the engine what the source wants. Thread-safe;
 * the loop has a thread of its own, which alone gives orders.
 */
final class Agent implements NodeView, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /** How often the guard and the credentials are looked at when nothing else happens. */
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Settings settings;
    private final AgentServer server;
    private final AgentMetrics metrics;

    /** What an API server remembers of the data directory, where there is one. */
    private final Optional<NodeVolume> volume;

    private final Semaphore wakeUp = new Semaphore(0);
    private final AtomicReference<@Nullable DesiredState> wanted = new AtomicReference<>();
    private final Thread loop = Thread.ofPlatform().name("agent").unstarted(this::run);
    private volatile @Nullable DataManager manager;
    private volatile Intent intent = Intent.NONE;

    /** Whether {@link #intent} is a decision. */
    private volatile boolean hasDecided;

    private volatile String waitsFor = "the data directory is not open yet";
    private volatile boolean closed;

    private Agent(Settings settings) throws IOException {
        this.settings = settings;
        this.metrics = new AgentMetrics(this::sample);
        this.volume = settings.cluster()
                .map(cluster ->
                        cluster.volume(settings.dataDir(), settings.options().acceptNewVolume()));
        this.server = AgentServer.start(settings.http(), this, metrics);
    }

    /**
     * Listens, opens the data directory, and begins to follow the source.
     *
     * @throws IOException in one line that says what to change
     */
    static Agent start(Settings settings) throws IOException {
        Agent agent = new Agent(settings);
        try {
            LOG.info(
                    "listening on http://{}:{}",
                    agent.address().getHostString(),
                    agent.address().getPort());
            settings.source().start(state -> {
                agent.wanted.set(state);
                agent.wakeUp.release();
            });
            settings.cluster().ifPresent(cluster -> cluster.report(agent::facts));
            if (agent.volume.isEmpty()) {
                agent.use(agent.open());
            }
            agent.loop.start();
            return agent;
        } catch (IOException | RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    private DataManager open() throws IOException {
        try {
            return DataManager.open(settings.dataDir(), settings.options());
        } catch (VolumeMissingException e) {
            throw new IOException(e.getMessage() + " by starting once with --accept-new-volume", e);
        }
    }

    InetSocketAddress address() {
        return server.address();
    }

    private void use(DataManager opened) {
        manager = opened;
        opened.onDownload(metrics::downloadEnded);
        opened.onChange(new ChangeLog(() -> intent, System::nanoTime)::changed);
        settings.cluster().ifPresent(cluster -> opened.onChange(_ -> cluster.changed()));
        LOG.info(
                "opened {}: {} chunks are ready",
                settings.dataDir(),
                opened.listChunks().size());
    }

    @Override
    public Optional<List<ChunkRow>> rows() {
        DataManager opened = manager;
        return opened == null
                ? Optional.empty()
                : Optional.of(ChunkRow.of(intent, opened.status(), opened.holders(), Instant.now()));
    }

    @Override
    public List<String> notReady() {
        List<String> missing = new ArrayList<>();
        if (manager == null) {
            missing.add(waitsFor);
        }
        if (wanted.get() == null) {
            missing.add(settings.source().waitsFor());
        }
        if (manager != null) {
            volume.flatMap(NodeVolume::missing).ifPresent(missing::add);
        }
        if (!Files.isWritable(settings.dataDir())) {
            missing.add(settings.dataDir() + " cannot be written");
        }
        return missing;
    }

    /** What a progress display shows. */
    Optional<ProgressDisplay.View> progress() {
        DataManager opened = manager;
        return opened == null
                ? Optional.empty()
                : rows().map(rows -> new ProgressDisplay.View(rows, opened.volume(), opened.downloadedBytes()));
    }

    @Override
    public void close() {
        closed = true;
        volume.ifPresent(NodeVolume::close);
        settings.source().close();
        wakeUp.release();
        try {
            loop.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        DataManager opened = manager;
        if (opened != null) {
            opened.close();
        }
        settings.cluster().ifPresent(Cluster::close);
        server.close();
    }

    private Optional<NodeSample> sample() {
        DataManager opened = manager;
        if (opened == null) {
            return Optional.empty();
        }
        long references = opened.holders().values().stream()
                .flatMap(List::stream)
                .mapToLong(holder -> switch (holder) {
                    case Holder.Counted counted -> counted.references();
                    case Holder.Pinned() -> 1;
                })
                .sum();
        return Optional.of(new NodeSample(
                opened.status(), intent.held().size(), opened.downloadedBytes(), opened.volume(), references));
    }

    /** What to report; nothing before this agent alone has the data directory, and knows what is wanted of it. */
    private Optional<NodeFacts> facts() {
        DataManager opened = manager;
        NodeVolume known = volume.orElseThrow();
        Optional<String> missing = known.missing();
        if (missing.isPresent()) {
            return Optional.of(new NodeFacts(
                    List.of(), Optional.empty(), known.remembered(), missing, false, 0, List.of(missing.get())));
        }
        if (opened == null || !hasDecided) {
            return Optional.empty();
        }
        return rows().map(rows -> new NodeFacts(
                rows,
                Optional.of(opened.volume()),
                Optional.of(opened.volumeId().toString()),
                Optional.empty(),
                known.accepted(),
                opened.downloadedBytes(),
                notReady()));
    }

    /** Waits for the volume, and for another agent that has it, where there is an API server that tells. */
    private Optional<DataManager> openWhenPossible(NodeVolume right) {
        try {
            return right.open(
                    (expected, accept) -> {
                        Options options = settings.options().withAcceptNewVolume(accept);
                        return DataManager.open(
                                settings.dataDir(),
                                expected.map(options::withExpectedVolume).orElse(options));
                    },
                    obstacle -> {
                        waitsFor = obstacle;
                        settings.cluster().ifPresent(Cluster::changed);
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run() {
        if (manager == null) {
            openWhenPossible(volume.orElseThrow()).ifPresent(this::use);
        }
        DataManager opened = manager;
        if (opened != null) {
            follow(opened);
        }
    }

    private void follow(DataManager opened) {
        InstantSource clock = InstantSource.system();
        Reconciliation reconciliation =
                new Reconciliation(new DeleteGuard(settings.deleteGrace(), System::nanoTime, clock), clock);
        int heldBefore = 0;
        @Nullable DesiredState before = null;
        while (!closed) {
            settings.credentials().ifPresent(HostCredentials::reloadIfChanged);
            DesiredState state = wanted.get();
            if (state != null && isRightVolume(opened)) {
                List<ChunkStatus> statuses = opened.status();
                Reconciliation.Result result =
                        reconciliation.step(state, new LinkedHashSet<ChunkId>(opened.listChunks()), statuses);
                intent = result.intent();
                hasDecided = true;
                result.orders().give(opened);
                int held = result.intent().held().size();
                if (!state.equals(before) || held != heldBefore) {
                    settings.cluster().ifPresent(Cluster::changed);
                }
                heldBefore = sayHeld(heldBefore, held);
                before = state;
            }
            awaitChange();
        }
    }

    private boolean isRightVolume(DataManager opened) {
        return volume.isEmpty() || volume.get().verify(opened.volumeId());
    }

    private void awaitChange() {
        try {
            if (wakeUp.tryAcquire(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                wakeUp.drainPermits();
            }
        } catch (InterruptedException nobodyDoesThat) {
            closed = true;
        }
    }

    private int sayHeld(int before, int now) {
        if (now > before) {
            LOG.warn(
                    "{} chunks are not declared any more, too many at once: they are served for {} more. Declare them"
                            + " again to keep them; start with --delete-grace 0 to do without this",
                    now,
                    settings.deleteGrace());
        } else if (now == 0 && before > 0) {
            LOG.info("no deletes are held any more");
        }
        return now;
    }
}
