package io.datachunk.agent;

import io.datachunk.agent.http.AgentMetrics;
import io.datachunk.agent.http.AgentServer;
import io.datachunk.agent.http.NodeSample;
import io.datachunk.agent.http.NodeView;
import io.datachunk.agent.progress.ProgressDisplay;
import io.datachunk.agent.source.DesiredState;
import io.datachunk.manager.ChunkStatus;
import io.datachunk.manager.DataManager;
import io.datachunk.manager.Holder;
import io.datachunk.reader.ChunkId;
import java.io.IOException;
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
    private final Semaphore wakeUp = new Semaphore(0);
    private final AtomicReference<@Nullable DesiredState> wanted = new AtomicReference<>();
    private final Thread loop = Thread.ofPlatform().name("agent").unstarted(this::run);
    private volatile @Nullable DataManager manager;
    private volatile Intent intent = Intent.NONE;
    private volatile boolean closed;

    private Agent(Settings settings) throws IOException {
        this.settings = settings;
        this.metrics = new AgentMetrics(this::sample);
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
            DataManager opened = DataManager.open(settings.dataDir(), settings.options());
            agent.manager = opened;
            opened.onDownload(agent.metrics::downloadEnded);
            opened.onChange(new ChangeLog(() -> agent.intent, System::nanoTime)::changed);
            LOG.info(
                    "opened {}: {} chunks are ready",
                    settings.dataDir(),
                    opened.listChunks().size());
            agent.loop.start();
            return agent;
        } catch (IOException | RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return server.address();
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
            missing.add("the data directory is not open yet");
        }
        if (wanted.get() == null) {
            missing.add("the declared chunks have not been read yet");
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
        settings.source().close();
        wakeUp.release();
        try {
            loop.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        server.close();
        DataManager opened = manager;
        if (opened != null) {
            opened.close();
        }
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

    private void run() {
        DataManager opened = java.util.Objects.requireNonNull(manager);
        InstantSource clock = InstantSource.system();
        Reconciliation reconciliation =
                new Reconciliation(new DeleteGuard(settings.deleteGrace(), System::nanoTime, clock), clock);
        int heldBefore = 0;
        while (!closed) {
            settings.credentials().ifPresent(HostCredentials::reloadIfChanged);
            DesiredState state = wanted.get();
            if (state != null) {
                List<ChunkStatus> statuses = opened.status();
                Reconciliation.Result result =
                        reconciliation.step(state, new LinkedHashSet<ChunkId>(opened.listChunks()), statuses);
                intent = result.intent();
                result.orders().give(opened);
                heldBefore = sayHeld(heldBefore, result.intent().held().size());
            }
            awaitChange();
        }
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
