package io.datachunk.agent.source;

import io.datachunk.api.DataChunk;
import io.datachunk.api.TrimmedStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.AnyNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DataChunk objects of an API server that want this node. Thread-safe; a thread of its own puts together what the informers
 * have.
 *
 * <p>Nothing is published before every list was whole once. While the API server is away the last state holds: an object counts as
 * gone when the server said so, or when it is missing from a later whole list that was read from the store behind the server, never
 * from its cache, which may be older than what was seen before.
 */
public final class KubernetesSource implements DesiredSource {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesSource.class);

    /** Objects a page: some megabytes. A list with a limit is read from etcd; one without is answered from the cache. */
    private static final long PAGE = 500;

    /** Joins the events of one {@code kubectl apply}. */
    private static final Duration BATCH = Duration.ofMillis(50);

    private static final Duration LOOK = Duration.ofSeconds(1);

    /** As often as a heartbeat: together two requests in 30 s from a node at rest. */
    public static final Duration LOOK_FOR_RESTORE = Duration.ofSeconds(30);

    /** A watch that ends and begins again, as each does every few minutes, is not worth a line. */
    private static final int LOOKS_UNTIL_SAID = 5;

    private final KubernetesClient client;
    private final String nodeName;
    private final ClusterDeclarations declarations;
    private final Semaphore wakeUp = new Semaphore(0);
    private final Thread thread =
            Thread.ofPlatform().name("kubernetes").daemon().unstarted(this::run);
    private final List<TrimmedStore<DataChunk>> named = new ArrayList<>();
    private final List<TrimmedStore<DataChunk>> unnamed = new ArrayList<>();
    private final List<Followed<?>> followed = new ArrayList<>();
    private final BooleanSupplier serverWentBack;
    private final Duration lookForRestore;
    private long lookedForRestore = System.nanoTime();

    /** One for each of those followed; others after the server went back. Written under the monitor. */
    private volatile List<SharedIndexInformer<?>> informers = List.of();

    private final TrimmedStore<Node> nodes = TrimmedStore.ofNodes();
    private Consumer<DesiredState> listener = _ -> {};
    private Set<String> said = Set.of();
    private @Nullable DesiredState last;
    private boolean saidUnreachable;
    private int looksWithoutWatch;
    private volatile Optional<NodeIdentity> node = Optional.empty();

    /** Of the Node as last seen: one that is gone leaves them, for it will be back, or this machine will go. */
    private @Nullable Map<String, String> labels;

    private volatile boolean synced;
    private volatile boolean closed;

    /**
     * A source that has not begun.
     *
     * @param namespaces where to look for objects; empty: everywhere
     * @param serverWentBack asks the server, for some seconds at most, whether its store is older than it was when asked before
     * @param lookForRestore how often to ask that; {@link #LOOK_FOR_RESTORE} but for tests
     */
    public KubernetesSource(
            KubernetesClient client,
            String nodeName,
            Collection<String> namespaces,
            BooleanSupplier serverWentBack,
            Duration lookForRestore) {
        this.client = client;
        this.nodeName = nodeName;
        this.serverWentBack = serverWentBack;
        this.lookForRestore = lookForRestore;
        this.declarations = new ClusterDeclarations(nodeName);
        var chunks = client.resources(DataChunk.class);
        if (namespaces.isEmpty()) {
            follow(chunks.inAnyNamespace());
        } else {
            namespaces.forEach(namespace -> follow(chunks.inNamespace(namespace)));
        }
        followed.add(new Followed<>(client.nodes().withName(nodeName), nodes));
    }

    @Override
    public void start(Consumer<DesiredState> consumer) {
        listener = consumer;
        thread.start();
        readAll();
    }

    /** The Node object of this node; empty while there is none. */
    public Optional<NodeIdentity> node() {
        return node;
    }

    @Override
    public String waitsFor() {
        return hasSynced()
                ? "the API server has no Node " + nodeName + ": is it the right --node-name?"
                : "the DataChunks have not been read from the API server yet";
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            informers.forEach(SharedIndexInformer::stop);
        }
        thread.interrupt();
        try {
            if (Thread.currentThread() != thread) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(AnyNamespaceOperation<DataChunk, ?, ?> chunks) {
        named.add(follow(chunks.withField("spec.nodeName", nodeName)));
        unnamed.add(follow(chunks.withField("spec.nodeName", "")));
    }

    private TrimmedStore<DataChunk> follow(FilterWatchListDeletable<DataChunk, ?, ?> chunks) {
        TrimmedStore<DataChunk> store = new TrimmedStore<>(chunk -> chunk.setStatus(null));
        followed.add(new Followed<>(chunks, store));
        return store;
    }

    /** Objects, and where they are kept from one informer to the next. */
    private record Followed<T extends HasMetadata>(Informable<T> objects, TrimmedStore<T> store) {
        SharedIndexInformer<T> informer(KubernetesSource source) {
            return objects.withLimit(PAGE)
                    .runnableInformer(0)
                    .removeNamespaceIndex()
                    .itemStore(store)
                    .exceptionHandler((_, failure) -> {
                        LOG.debug("an informer will try again", failure);
                        return !source.closed;
                    })
                    .addEventHandler(new Waking<T>(source.wakeUp));
        }
    }

    /** Reads every list, and follows what happens to it from there. What is kept goes only when a whole list is without it. */
    private synchronized void readAll() {
        informers.forEach(SharedIndexInformer::stop);
        if (!closed) {
            informers = followed.stream()
                    .<SharedIndexInformer<?>>map(objects -> objects.informer(this))
                    .toList();
            informers.forEach(SharedIndexInformer::start);
        }
    }

    /** Whatever happens is looked at in one place. */
    private record Waking<T>(Semaphore wakeUp) implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            wakeUp.release();
        }

        @Override
        public void onUpdate(T before, T object) {
            wakeUp.release();
        }

        @Override
        public void onDelete(T object, boolean unknownFinalState) {
            wakeUp.release();
        }
    }

    private void run() {
        try {
            while (!closed) {
                boolean changed = wakeUp.tryAcquire(synced ? LOOK.toMillis() : BATCH.toMillis(), TimeUnit.MILLISECONDS);
                if (changed && synced) {
                    Thread.sleep(BATCH.toMillis());
                }
                wakeUp.drainPermits();
                lookSafely(changed);
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookSafely(boolean changed) {
        try {
            look(changed);
        } catch (RuntimeException e) {
            LOG.error("a defect: the DataChunks could not be looked at, what they said stays", e);
        }
    }

    private void look(boolean changed) {
        nodes.values().findFirst().ifPresentOrElse(this::seen, () -> node = Optional.empty());
        if (synced) {
            sayWhetherReachable();
            lookForRestore();
        }
        boolean first = !synced && labels != null && hasSynced();
        if (first || (synced && changed)) {
            synced = true;
            publish();
        }
    }

    private boolean hasSynced() {
        List<SharedIndexInformer<?>> now = informers;
        return now.size() == followed.size() && now.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    /**
     * A watch goes on from the version that it saw last. A server that was restored from a backup will have that version only after
     * as many writes as it has lost, and is silent until then.
     */
    private void lookForRestore() {
        if (System.nanoTime() - lookedForRestore < lookForRestore.toNanos()) {
            return;
        }
        if (serverWentBack.getAsBoolean()) {
            LOG.warn("the API server went back to an older state, as from a backup: everything is read again");
            readAll();
        }
        lookedForRestore = System.nanoTime();
    }

    private void seen(Node object) {
        Map<String, String> said = object.getMetadata().getLabels();
        NodeIdentity now = new NodeIdentity(object.getMetadata().getUid(), said == null ? Map.of() : said);
        node = Optional.of(now);
        labels = now.labels();
    }

    private void publish() {
        ClusterDeclarations.Reading reading =
                declarations.read(objects(named), objects(unnamed), Objects.requireNonNull(labels));
        Set<String> problems = new HashSet<>(reading.problems());
        problems.stream()
                .filter(problem -> !said.contains(problem))
                .sorted()
                .forEach(problem -> LOG.warn("{}", problem));
        said = problems;
        DesiredState state = reading.state();
        if (state.equals(last)) {
            return;
        }
        if (last == null) {
            LOG.info(
                    "the API server declares {} chunks for node {}",
                    state.chunks().size(),
                    nodeName);
        }
        last = state;
        listener.accept(state);
    }

    private static List<DataChunk> objects(List<TrimmedStore<DataChunk>> stores) {
        return stores.stream().flatMap(TrimmedStore::values).toList();
    }

    private void sayWhetherReachable() {
        if (informers.stream().allMatch(SharedIndexInformer::isWatching)) {
            looksWithoutWatch = 0;
            if (saidUnreachable) {
                saidUnreachable = false;
                LOG.info("the API server is followed again");
            }
        } else if (++looksWithoutWatch == LOOKS_UNTIL_SAID) {
            saidUnreachable = true;
            LOG.warn(
                    "the API server at {} cannot be followed: what it declared last holds until it can",
                    client.getMasterUrl());
        }
    }
}
