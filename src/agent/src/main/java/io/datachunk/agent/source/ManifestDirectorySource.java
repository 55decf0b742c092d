package io.datachunk.agent.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DataChunk objects in the manifest files of a directory: every {@code *.yaml}, {@code *.yml} and {@code *.json} whose
 * name does not begin with a dot; not those in directories below it. Thread-safe; a thread of its own reads.
 *
 * <p>The kernel's notices make it prompt; a look every half second is what it relies on, since file systems over a network
 * and replaced directories give none.
 */
public final class ManifestDirectorySource implements DesiredSource {
    private static final Logger LOG = LoggerFactory.getLogger(ManifestDirectorySource.class);
    private static final Duration POLL = Duration.ofMillis(500);

    /** Looking takes at most this part of one processor, however many files there are. */
    private static final int COST_SHARE = 50;

    private static final String HOSTNAME_LABEL = "kubernetes.io/hostname";

    private final Path directory;
    private final String nodeName;
    private final ManifestDirectory manifests;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("manifests").daemon().unstarted(this::run);
    private Consumer<DesiredState> listener = _ -> {};
    private Set<String> said = new HashSet<>();
    private String unreadable = "";
    private @Nullable Manifests last;
    private @Nullable WatchService watch;
    private @Nullable WatchKey watched;
    private @Nullable Object watchedKey;

    /**
     * A source that has not begun.
     *
     * @param nodeName objects for another node are let alone; so are those with a node selector, unless it asks for
     *     nothing but this name as {@code kubernetes.io/hostname}: without a cluster a node has no other labels
     */
    public ManifestDirectorySource(Path directory, String nodeName) {
        this.directory = directory;
        this.nodeName = nodeName;
        Map<String, String> labels = Map.of(HOSTNAME_LABEL, nodeName);
        ManifestReader reader = new ManifestReader(spec -> (spec.nodeName() == null || nodeName.equals(spec.nodeName()))
                && labels.entrySet()
                        .containsAll(Objects.requireNonNullElse(spec.nodeSelector(), Map.<String, String>of())
                                .entrySet()));
        this.manifests = new ManifestDirectory(directory, reader, InstantSource.system(), System::nanoTime);
    }

    @Override
    public void start(Consumer<DesiredState> consumer) throws IOException {
        if (!Files.exists(directory)) {
            throw new IOException("the manifests directory " + directory
                    + " is not there: create it, or give another one with --manifests");
        }
        try (var entries = Files.newDirectoryStream(directory)) {
            LOG.debug("{} holds entries: {}", directory, entries.iterator().hasNext());
        } catch (NotDirectoryException e) {
            throw new IOException(directory + " is not a directory: give one with --manifests", e);
        } catch (IOException e) {
            throw new IOException(
                    "the manifests directory " + directory
                            + " cannot be read: let this user read and enter it, or give another one with --manifests",
                    e);
        }
        listener = consumer;
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            if (Thread.currentThread() != thread) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (WatchService service = newWatchService()) {
            watch = service;
            Duration delay = Duration.ZERO;
            while (!await(delay)) {
                delay = lookOnce();
            }
        } catch (InterruptedException | IOException ending) {
            LOG.debug("the source ends", ending);
        }
    }

    private @Nullable WatchService newWatchService() {
        try {
            return directory.getFileSystem().newWatchService();
        } catch (IOException e) {
            LOG.info(
                    "changes of manifests are looked for twice a second: the kernel gives no notices ({})",
                    e.getMessage());
            return null;
        }
    }

    /** Waits for a notice or until the time has passed; whether the source is closed. */
    private boolean await(Duration delay) throws InterruptedException {
        WatchService service = watch;
        if (service == null || watched == null) {
            return closed.await(delay.toMillis(), TimeUnit.MILLISECONDS);
        }
        WatchKey key = service.poll(delay.toMillis(), TimeUnit.MILLISECONDS);
        if (key != null) {
            key.pollEvents();
            key.reset();
        }
        return closed.getCount() == 0;
    }

    /** Looks at the directory; how long to wait before the next look. */
    private Duration lookOnce() {
        long begin = System.nanoTime();
        try {
            register();
            ManifestDirectory.Look look = manifests.look();
            unreadable = "";
            look.manifests().ifPresent(this::publish);
            if (look.unsettled()) {
                return ManifestDirectory.SETTLE;
            }
        } catch (IOException e) {
            String reason = e.getClass().getSimpleName() + ": " + e.getMessage();
            if (!unreadable.equals(reason)) {
                LOG.warn(
                        "the manifests directory {} cannot be read any more, what it said stays ({})",
                        directory,
                        reason);
                unreadable = reason;
            }
        } catch (RuntimeException e) {
            LOG.error("a defect: the manifests could not be looked at, what they said stays", e);
        }
        Duration cost = Duration.ofNanos(System.nanoTime() - begin).multipliedBy(COST_SHARE);
        return cost.compareTo(POLL) > 0 ? cost : POLL;
    }

    private void register() throws IOException {
        if (watch == null) {
            return;
        }
        Object key = Files.readAttributes(directory, java.nio.file.attribute.BasicFileAttributes.class)
                .fileKey();
        if (watched != null && watched.isValid() && Objects.equals(key, watchedKey)) {
            return;
        }
        if (watched != null) {
            watched.cancel();
        }
        watchedKey = key;
        watched = directory.register(
                watch,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
    }

    private void publish(Manifests now) {
        sayOnce(new HashSet<>(now.problems()));
        boolean first = last == null;
        if (last != null && last.state().equals(now.state())) {
            return;
        }
        last = now;
        DesiredState state = now.state();
        LOG.info(
                "{} declare {} chunks{}{}",
                directory,
                state.chunks().stream()
                        .map(chunk -> chunk.spec().id())
                        .distinct()
                        .count(),
                state.rejected().isEmpty() ? "" : ", " + state.rejected().size() + " objects cannot be followed",
                now.elsewhere() == 0
                        ? ""
                        : ", " + now.elsewhere() + " are for other nodes than " + nodeName
                                + " (a node selector matches " + HOSTNAME_LABEL + " alone here)");
        if (first && !state.complete()) {
            LOG.warn("what is on the disk and not declared stays until every manifest can be read");
        }
        listener.accept(state);
    }

    private void sayOnce(Set<String> problems) {
        List<String> fresh = problems.stream()
                .filter(problem -> !said.contains(problem))
                .sorted()
                .collect(Collectors.toList());
        fresh.forEach(problem -> LOG.warn("{}", problem));
        said = problems;
    }
}
