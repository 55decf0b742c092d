package io.datachunk.agent.report;

import io.datachunk.agent.progress.RateMeter;
import io.datachunk.agent.source.NodeIdentity;
import io.datachunk.api.NodeChunks;
import io.datachunk.api.ResourceCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the reports of one node as the facts are. Thread-safe; a thread of its own, the only writer of the reports, does everything.
 *
 * <p>What is written is always the latest: while the server is away nothing queues up.
 */
public final class Reporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);

    /** Every so many heartbeats the slices are looked at: somebody may have deleted one. */
    private static final int BEATS_A_LOOK = 2;

    private final Supplier<Optional<NodeFacts>> facts;
    private final Supplier<Optional<NodeIdentity>> node;
    private final ReportTarget target;
    private final NodeReport nodeReport;
    private final SliceReport sliceReport;
    private final RateMeter rate = new RateMeter();
    private final Semaphore changes = new Semaphore(0);
    private final Thread thread = Thread.ofPlatform().name("reports").daemon().unstarted(this::run);
    private int beats;
    private boolean saidFailing;
    private volatile boolean closed;

    /**
     * A reporter that has not begun.
     *
     * @param facts empty while there is nothing to be said, and another process may be the one that reports
     * @param node the owner of the reports; empty while it is not known
     */
    Reporter(
            ReportTarget target,
            String nodeName,
            String version,
            Supplier<Optional<NodeFacts>> facts,
            Supplier<Optional<NodeIdentity>> node) {
        this.target = target;
        this.facts = facts;
        this.node = node;
        this.nodeReport = new NodeReport(target, nodeName, version, Instant.now());
        this.sliceReport = new SliceReport(target, nodeName);
    }

    /** Which node's reports are written where. */
    public record Place(KubernetesClient client, String namespace, String nodeName) {}

    /** A reporter that has begun, as the constructor says. */
    public static Reporter start(
            Place place, String version, Supplier<Optional<NodeFacts>> facts, Supplier<Optional<NodeIdentity>> node) {
        ReportTarget target = new KubernetesReports(place.client(), place.namespace(), place.nodeName());
        Reporter reporter = new Reporter(target, place.nodeName(), version, facts, node);
        reporter.start();
        return reporter;
    }

    /** What a node's NodeChunks says, read anew each time. */
    public static Supplier<Optional<NodeChunks>> memory(KubernetesClient client, String namespace, String nodeName) {
        return new KubernetesReports(client, namespace, nodeName)::find;
    }

    void start() {
        thread.start();
    }

    /** Says that something may have changed. Never blocks. */
    public void changed() {
        if (changes.availablePermits() == 0) {
            changes.release();
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Pace pace =
                new Pace(System.nanoTime(), () -> ThreadLocalRandom.current().nextDouble());
        try {
            while (!closed) {
                long wait = pace.untilNext(System.nanoTime());
                if (wait > 0) {
                    if (changes.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
                        changes.drainPermits();
                        pace.changed(System.nanoTime());
                        pauseUntilDue(pace);
                    }
                } else {
                    round(pace);
                }
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** What changes meanwhile is seen all the same. */
    private static void pauseUntilDue(Pace pace) throws InterruptedException {
        long wait = pace.untilNext(System.nanoTime());
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
    }

    private void round(Pace pace) {
        changes.drainPermits();
        boolean beat = pace.isBeatDue(System.nanoTime());
        try {
            boolean any = report(beat);
            if (saidFailing) {
                saidFailing = false;
                LOG.info("reports reach the API server again");
            }
            pace.said(System.nanoTime(), beat, any);
        } catch (KubernetesClientException e) {
            failed(pace, e);
        } catch (RuntimeException e) {
            LOG.error("a defect: the reports could not be written", e);
            pace.failed(System.nanoTime());
        }
    }

    private void failed(Pace pace, KubernetesClientException failure) {
        nodeReport.forget();
        sliceReport.forget();
        if (closed) {
            return;
        }
        boolean outdated = failure.getCode() == 409 || failure.getCode() == 404;
        if (!outdated && !saidFailing) {
            saidFailing = true;
            LOG.warn("reports do not reach the API server, the latest will follow: {}", firstLine(failure));
        }
        LOG.debug("the failure", failure);
        pace.failed(System.nanoTime());
    }

    private boolean report(boolean beat) {
        Optional<NodeFacts> known = facts.get();
        Optional<NodeIdentity> owner = node.get();
        if (known.isEmpty() || owner.isEmpty()) {
            return false;
        }
        NodeFacts now = known.get();
        if (beat && beats++ % BEATS_A_LOOK == 0) {
            sliceReport.forget();
        }
        Summary summary = Summary.of(now.rows());
        long bytesPerSecond = (long) rate.sample(System.nanoTime(), now.downloadedBytes());
        boolean any = sliceReport.write(Entries.of(now.rows()), owner.get(), beat);
        List<ResourceCondition> before = nodeReport.conditions();
        if (nodeReport.write(
                now,
                summary,
                bytesPerSecond,
                owner.get(),
                InstantSource.system().instant(),
                beat)) {
            any = true;
            tell(before, nodeReport.conditions());
        }
        return any;
    }

    /** What is only told is not worth a second try. */
    private void tell(List<ResourceCondition> before, List<ResourceCondition> now) {
        for (NodeEvent event : NodeEvent.between(before, now)) {
            try {
                target.tell(event.warning(), event.reason(), event.message());
            } catch (KubernetesClientException e) {
                LOG.debug("an event was not taken", e);
            }
        }
    }

    private static String firstLine(KubernetesClientException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("unknown");
    }
}
