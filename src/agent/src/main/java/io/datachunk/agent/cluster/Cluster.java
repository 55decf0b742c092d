package io.datachunk.agent.cluster;

import io.datachunk.agent.report.NodeFacts;
import io.datachunk.agent.report.Reporter;
import io.datachunk.agent.source.KubernetesSource;
import io.datachunk.api.ServerRevision;
import io.datachunk.manager.Options;
import io.datachunk.manager.transfer.AddressPolicy;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's ties to an API server. Thread-safe.
 *
 * <p>Access comes from {@code KUBECONFIG}, or from the service account of the pod.
 */
public final class Cluster implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** Where reports go when neither the command line nor the access says. */
    public static final String DEFAULT_NAMESPACE = "datachunk";

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    /** Doubles up to 32 times after each failure: a server that is back is followed again within 8 seconds. */
    private static final Duration WATCH_RECONNECT = Duration.ofMillis(250);

    private static final Duration VOLUME_PAUSE = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final String namespace;
    private final String nodeName;
    private final String version;
    private final KubernetesSource source;
    private Optional<Reporter> reporter = Optional.empty();

    private Cluster(Config config, Site site) {
        this.client = new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new OkHttpClientFactory())
                .build();
        this.nodeName = site.nodeName();
        this.version = site.version();
        this.namespace = site.reportNamespace()
                .or(() -> Optional.ofNullable(System.getenv("POD_NAMESPACE")))
                .or(() -> Optional.ofNullable(config.getNamespace()))
                .filter(name -> !name.isBlank())
                .orElse(DEFAULT_NAMESPACE);
        this.source = new KubernetesSource(
                client,
                nodeName,
                site.namespaces(),
                ServerRevision.of(client, namespace)::wentBack,
                KubernetesSource.LOOK_FOR_RESTORE);
        LOG.info("node {} at {}, reports in namespace {}", nodeName, client.getMasterUrl(), namespace);
    }

    /**
     * Who and where this node is.
     *
     * @param namespaces of the objects to follow; empty: all
     * @param reportNamespace of the reports, if the command line says so
     * @param version of the agent
     */
    public record Site(String nodeName, List<String> namespaces, Optional<String> reportNamespace, String version) {}

    /** Prepares; nothing is asked yet. */
    public static Cluster of(Site site) {
        Config config = new ConfigBuilder(Config.autoConfigure(null))
                .withRequestTimeout((int) REQUEST_TIMEOUT.toMillis())
                .withConnectionTimeout((int) REQUEST_TIMEOUT.toMillis())
                // Whoever asks tries again by itself, with what is the latest then.
                .withRequestRetryBackoffLimit(0)
                .withWatchReconnectInterval((int) WATCH_RECONNECT.toMillis())
                .withUserAgent("datachunk-agent/" + site.version())
                .build();
        return new Cluster(config, site);
    }

    /** What the API server declares for this node. Closed by whoever starts it. */
    public KubernetesSource source() {
        return source;
    }

    /** What the API server remembers of this node's volume. */
    public NodeVolume volume(Path dataDir, boolean acceptNewVolume) {
        return new NodeVolume(dataDir, Reporter.memory(client, namespace, nodeName), acceptNewVolume, VOLUME_PAUSE);
    }

    /** The same options, with the API server's own address among those that are refused unless somebody allows them. */
    public Options restrict(Options options) {
        AddressPolicy allowedAlone = AddressPolicy.of(options.allowedAddresses(), List.of("0.0.0.0/0", "::/0"), false);
        List<String> denied = new ArrayList<>(options.deniedAddresses());
        for (InetAddress address : apiServer()) {
            if (allowedAlone.refusal(address).isPresent()) {
                denied.add(address.getHostAddress());
            }
        }
        return options.withDeniedAddresses(denied);
    }

    /**
     * Begins to report.
     *
     * @param facts empty while there is nothing to be said
     */
    public synchronized void report(Supplier<Optional<NodeFacts>> facts) {
        reporter = Optional.of(
                Reporter.start(new Reporter.Place(client, namespace, nodeName), version, facts, source::node));
    }

    /** Says that there may be something new to report. Never blocks. */
    public synchronized void changed() {
        reporter.ifPresent(Reporter::changed);
    }

    @Override
    public synchronized void close() {
        reporter.ifPresent(Reporter::close);
        source.close();
        client.close();
    }

    private List<InetAddress> apiServer() {
        try {
            String host = URI.create(client.getMasterUrl().toString()).getHost();
            return Arrays.asList(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            LOG.warn("the API server's address is not known, so downloads from it are not refused: {}", e.getMessage());
            return List.of();
        }
    }
}
