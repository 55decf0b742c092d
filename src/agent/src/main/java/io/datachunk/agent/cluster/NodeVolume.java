package io.datachunk.agent.cluster;

import io.datachunk.api.DataChunkApi;
import io.datachunk.api.NodeChunks;
import io.datachunk.api.NodeChunksStatus.VolumeReport;
import io.datachunk.manager.store.VolumeInUseException;
import io.datachunk.manager.store.VolumeMissingException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volume of this node, as far as the node's NodeChunks remembers one: an empty directory is a first start only where nobody
 * remembers another. Asked by one thread at a time; what it has found out is seen by all.
 *
 * <p>An API server that is away does not keep a node from serving what it has: a directory with a marker is opened, and compared
 * once the server is back, before anything is downloaded or deleted.
 */
public final class NodeVolume implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeVolume.class);
    private static final String MARKER = ".volume";
    private static final String ANY = "true";

    private final Path dataDir;
    private final Supplier<Optional<NodeChunks>> reports;
    private final boolean acceptNewVolume;
    private final Duration pause;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean verified;
    private volatile boolean accepted;
    private volatile Optional<String> missing = Optional.empty();
    private volatile Optional<String> remembered = Optional.empty();

    /**
     * A volume that nobody has asked for yet.
     *
     * @param reports asks for the node's NodeChunks; throws a {@link KubernetesClientException} if that cannot be told
     * @param acceptNewVolume whether the person who started the agent accepts any volume
     * @param pause between two tries
     */
    NodeVolume(Path dataDir, Supplier<Optional<NodeChunks>> reports, boolean acceptNewVolume, Duration pause) {
        this.dataDir = dataDir;
        this.reports = reports;
        this.acceptNewVolume = acceptNewVolume;
        this.pause = pause;
    }

    /** Opens the data directory. */
    @FunctionalInterface
    public interface Opener<T> {
        T open(Optional<UUID> expected, boolean acceptNewVolume) throws IOException;
    }

    /**
     * What the API server remembers.
     *
     * @param told false: it could not be asked
     * @param acceptance what the annotation says
     */
    private record Memory(boolean told, Optional<UUID> uuid, Optional<String> acceptance) {
        static final Memory UNTOLD = new Memory(false, Optional.empty(), Optional.empty());

        boolean accepts(Optional<UUID> found) {
            return acceptance
                    .filter(value -> value.equals(ANY)
                            || found.map(UUID::toString).filter(value::equals).isPresent())
                    .isPresent();
        }
    }

    /**
     * Opens the data directory once it is the right volume and nobody else has it; waits until then.
     *
     * @param waitsFor is told what is waited for, for people
     * @return empty if this was closed meanwhile
     * @throws IOException if no waiting helps
     */
    public <T> Optional<T> open(Opener<T> opener, Consumer<String> waitsFor) throws IOException {
        String said = "";
        do {
            Memory memory = ask();
            String obstacle;
            if (memory.told() || Files.exists(dataDir.resolve(MARKER))) {
                try {
                    return Optional.of(opened(opener, memory));
                } catch (VolumeInUseException e) {
                    missing = Optional.empty();
                    obstacle = "another agent has " + dataDir + ", this one takes over when that one ends";
                } catch (VolumeMissingException e) {
                    obstacle = String.valueOf(e.getMessage()) + "; annotate the NodeChunks with "
                            + DataChunkApi.ACCEPT_VOLUME_ANNOTATION + "=true for that";
                    missing = Optional.of(obstacle);
                }
            } else {
                obstacle = dataDir + " is empty, and the API server, which may remember a volume, cannot be asked";
            }
            if (!obstacle.equals(said)) {
                said = obstacle;
                waitsFor.accept(obstacle);
                LOG.warn("waiting: {}", obstacle);
            }
        } while (!isClosedWithin(pause));
        return Optional.empty();
    }

    /** Ends the waiting; no thread is interrupted, for that closes the files that it has open. */
    @Override
    public void close() {
        closed.countDown();
    }

    private boolean isClosedWithin(Duration time) {
        try {
            return closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /**
     * Compares the open volume with what is remembered, unless that was done before.
     *
     * @return whether it is the right one; false also while that cannot be told
     */
    public boolean verify(UUID actual) {
        if (verified) {
            return true;
        }
        Memory memory = ask();
        if (!memory.told()) {
            return false;
        }
        boolean same = memory.uuid().filter(uuid -> !uuid.equals(actual)).isEmpty();
        if (same || acceptNewVolume || memory.accepts(Optional.of(actual))) {
            accepted |= !same;
            missing = Optional.empty();
            verified = true;
            return true;
        }
        Optional<String> problem = Optional.of(dataDir + " is volume " + actual + ", but volume "
                + memory.uuid().orElseThrow() + " was here before: mount that one, or annotate the NodeChunks with "
                + DataChunkApi.ACCEPT_VOLUME_ANNOTATION + "=true to accept this one");
        if (!missing.equals(problem)) {
            LOG.error("nothing is downloaded or deleted: {}", problem.get());
        }
        missing = problem;
        return false;
    }

    /** Why nothing may be done, for people; empty while the volume is the right one, or that is not known. */
    public Optional<String> missing() {
        return missing;
    }

    /** Whether a volume was accepted in place of the remembered one. */
    public boolean accepted() {
        return accepted;
    }

    /** The volume that is remembered, as far as told. */
    public Optional<String> remembered() {
        return remembered;
    }

    private <T> T opened(Opener<T> opener, Memory memory) throws IOException {
        T result;
        try {
            result = opener.open(memory.uuid(), acceptNewVolume);
            accepted = acceptNewVolume;
        } catch (VolumeMissingException e) {
            if (!memory.accepts(e.found())) {
                throw e;
            }
            LOG.warn("a new volume is accepted, as the NodeChunks says: {}", e.getMessage());
            result = opener.open(memory.uuid(), true);
            accepted = true;
        }
        missing = Optional.empty();
        verified = memory.told();
        return result;
    }

    private Memory ask() {
        try {
            Optional<NodeChunks> report = reports.get();
            Optional<UUID> uuid = report.flatMap(NodeVolume::uuid);
            remembered = uuid.map(UUID::toString);
            return new Memory(true, uuid, report.flatMap(NodeVolume::acceptance));
        } catch (KubernetesClientException e) {
            LOG.debug("the API server cannot be asked for the volume", e);
            return Memory.UNTOLD;
        }
    }

    private static Optional<UUID> uuid(NodeChunks report) {
        Optional<String> text = Optional.ofNullable(report.getStatus())
                .flatMap(status -> Optional.ofNullable(status.volume()))
                .map(VolumeReport::uuid);
        try {
            return text.map(UUID::fromString);
        } catch (IllegalArgumentException e) {
            LOG.warn("the NodeChunks remembers a volume that is none: {}", text.orElse(""));
            return Optional.empty();
        }
    }

    private static Optional<String> acceptance(NodeChunks report) {
        Map<String, String> annotations = report.getMetadata().getAnnotations();
        return Optional.ofNullable(annotations).map(all -> all.get(DataChunkApi.ACCEPT_VOLUME_ANNOTATION));
    }
}
