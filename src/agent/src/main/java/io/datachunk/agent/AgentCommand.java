package io.datachunk.agent;

import ch.qos.logback.classic.Level;
import io.datachunk.agent.cluster.Cluster;
import io.datachunk.agent.progress.ProgressDisplay;
import io.datachunk.agent.progress.Screen;
import io.datachunk.agent.source.DesiredSource;
import io.datachunk.agent.source.ManifestDirectorySource;
import io.datachunk.api.DataChunkApi;
import io.datachunk.manager.Options;
import io.datachunk.manager.transfer.AddressPolicy;
import java.io.Console;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the agent. Filled in by picocli once, then run. */
@Command(
        name = "datachunk-agent",
        mixinStandardHelpOptions = true,
        versionProvider = AgentCommand.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Keeps the data chunks on this machine as they are declared.",
        footer = {
            "",
            "DIR of --manifests holds DataChunk objects in files *.yaml, *.yml and *.json, several a file if you like."
                    + " What is written there is here within a second; what is removed goes, once nobody reads it.",
            "http_proxy, https_proxy, all_proxy and no_proxy are followed.",
            "Exit codes: 0 after SIGTERM, 2 for a usage error, 1 with one line that says what to change for anything else."
        })
final class AgentCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Declared declared;

    /** Where the declarations are. */
    static final class Declared {
        @Option(
                names = "--manifests",
                required = true,
                paramLabel = "DIR",
                description = "Directory of manifests: what they declare is what this machine shall have.")
        private @Nullable Path manifests;

        @Option(
                names = "--kubernetes",
                required = true,
                description =
                        "The DataChunk objects of an API server that want this node; reports go there too. Access comes"
                                + " from KUBECONFIG or from the pod's service account.")
        private boolean kubernetes;
    }

    @Option(
            names = "--data-dir",
            required = true,
            paramLabel = "DIR",
            description = "Directory for the chunks, best a volume of its own. One agent a directory.")
    private Path dataDir;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description =
                    "Directory for the state that readers share, best on tmpfs. Default: .state in the data directory.")
    private @Nullable Path stateDir;

    @Option(
            names = "--node-name",
            paramLabel = "NAME",
            description =
                    "Name of this node: objects with another nodeName are not for it. Default: NODE_NAME of the environment, or"
                            + " the host's name.")
    private @Nullable String nodeName;

    @Option(
            names = "--namespaces",
            paramLabel = "A,B",
            split = ",",
            description = "With --kubernetes: namespaces whose DataChunks count. Default: all.")
    private List<String> namespaces = new ArrayList<>();

    @Option(
            names = "--report-namespace",
            paramLabel = "NAME",
            description =
                    "With --kubernetes: namespace of NodeChunks and NodeChunkSlices. Default: POD_NAMESPACE of the"
                            + " environment, the namespace of the service account or of KUBECONFIG, or "
                            + Cluster.DEFAULT_NAMESPACE
                            + ".")
    private @Nullable String reportNamespace;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9510",
            converter = ListenAddress.class,
            description =
                    "Where to answer /livez, /readyz, /metrics and /v1/chunks; port 0 takes a free one, and the log says"
                            + " which. Default: ${DEFAULT-VALUE}.")
    private InetSocketAddress http;

    @Option(
            names = "--allow-address",
            paramLabel = "CIDR",
            description =
                    "Addresses that may be downloaded from although they are this machine's own, link-local or denied."
                            + " The longest prefix of both lists decides. May be given several times.")
    private List<String> allowAddresses = new ArrayList<>();

    @Option(
            names = "--deny-address",
            paramLabel = "CIDR",
            description = "Addresses that may not be downloaded from. May be given several times.")
    private List<String> denyAddresses = new ArrayList<>();

    @Option(
            names = "--chunks-at-once",
            paramLabel = "N",
            description = "Chunks that download at the same time. Default: 4.")
    private @Nullable Integer chunksAtOnce;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "Files that download at the same time. Default: 8.")
    private @Nullable Integer connections;

    @Option(
            names = "--max-bandwidth",
            paramLabel = "BYTES/s",
            converter = ByteSize.class,
            description = "Limit of all downloads together, such as 50M. Default: none.")
    private @Nullable Long maxBandwidth;

    @Option(
            names = "--reserve",
            paramLabel = "BYTES",
            converter = ByteSize.class,
            description = "Bytes of the volume that stay free, such as 10Gi. Default: 256Mi.")
    private @Nullable Long reserve;

    @Option(
            names = "--delete-grace",
            paramLabel = "DURATION",
            defaultValue = "5m",
            converter = TimeSpan.class,
            description =
                    "When more than a fifth of the chunks (and more than 20) are to go within a minute, the rest is served"
                            + " on for so long; 0 turns that off. Default: ${DEFAULT-VALUE}.")
    private Duration deleteGrace;

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description =
                    "YAML: by host name `bearer: TOKEN`, `basic: {username, password}` or `headers: {…}`. Read again when it"
                            + " changes.")
    private @Nullable Path credentials;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "PEM file of certificate authorities to trust besides the usual ones.")
    private @Nullable Path ca;

    @Option(
            names = "--accept-new-volume",
            description = "Begin on a data directory that is another one than before, or was emptied.")
    private boolean acceptNewVolume;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json: one object a line. Default: ${DEFAULT-VALUE}.")
    private Logs.Format logFormat;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "error, warn, info or debug. Default: ${DEFAULT-VALUE}.")
    private LogLevel logLevel;

    private final Lifetime lifetime;

    AgentCommand(Lifetime lifetime) {
        this.lifetime = lifetime;
    }

    /** How much is logged. */
    enum LogLevel {
        error,
        warn,
        info,
        debug
    }

    /** Runs until the process is told to end. */
    @Override
    public Integer call() throws Exception {
        requireAtLeastOne("--chunks-at-once", chunksAtOnce);
        requireAtLeastOne("--connections", connections);
        requireAtLeastOne("--max-bandwidth", maxBandwidth);
        requireCidrs("--allow-address", allowAddresses);
        requireCidrs("--deny-address", denyAddresses);
        Screen screen = new Screen(System.out);
        Logs.start(screen, logFormat, Level.toLevel(logLevel.name()));
        Agent agent = Agent.start(settings());
        ProgressDisplay display = ProgressDisplay.start(agent::progress, terminal(screen));
        return lifetime.run(() -> {
            display.close();
            agent.close();
        });
    }

    private Settings settings() throws IOException {
        Optional<HostCredentials> headers =
                credentials == null ? Optional.empty() : Optional.of(HostCredentials.read(credentials));
        Options options = Options.defaults()
                .withRefuseLocalAddresses(true)
                .withAllowedAddresses(allowAddresses)
                .withDeniedAddresses(denyAddresses)
                .withProxies(ProxyVariables.of(System.getenv()))
                .withAcceptNewVolume(acceptNewVolume);
        if (stateDir != null) {
            options = options.withStateDir(stateDir);
        }
        if (chunksAtOnce != null) {
            options = options.withChunksAtOnce(chunksAtOnce);
        }
        if (connections != null) {
            options = options.withConnections(connections);
        }
        if (maxBandwidth != null) {
            options = options.withMaxBytesPerSecond(maxBandwidth);
        }
        if (reserve != null) {
            options = options.withDiskReserveBytes(reserve);
        }
        if (headers.isPresent()) {
            options = options.withCredentials(headers.get());
        }
        if (ca != null) {
            options = options.withCertificateAuthorities(ca);
        }
        if (declared.manifests != null) {
            DesiredSource source = new ManifestDirectorySource(declared.manifests, nodeName());
            return new Settings(source, dataDir, options, http, deleteGrace, headers, Optional.empty());
        }
        Cluster cluster =
                Cluster.of(new Cluster.Site(nodeName(), namespaces, Optional.ofNullable(reportNamespace), version()));
        return new Settings(
                cluster.source(), dataDir, cluster.restrict(options), http, deleteGrace, headers, Optional.of(cluster));
    }

    private String nodeName() throws IOException {
        String variable = System.getenv("NODE_NAME");
        String name = nodeName != null ? nodeName : variable != null && !variable.isBlank() ? variable : hostName();
        if (declared.kubernetes && name.length() > DataChunkApi.MAX_NODE_NAME_CHARACTERS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--node-name needs at most " + DataChunkApi.MAX_NODE_NAME_CHARACTERS
                            + " characters, as reports are named after it, but has " + name.length());
        }
        return name;
    }

    private static String hostName() throws IOException {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new IOException("this host's name is not known: give one with --node-name", e);
        }
    }

    @SuppressWarnings(
            "SystemConsoleNull") // 25 went back to the console of earlier versions, which is null without a terminal
    private Optional<ProgressDisplay.Terminal> terminal(Screen screen) {
        Console console = System.console();
        if (console == null || !console.isTerminal() || logFormat == Logs.Format.json) {
            return Optional.empty();
        }
        return Optional.of(
                new ProgressDisplay.Terminal(screen, spec.usageMessage().width()));
    }

    private void requireAtLeastOne(String option, @Nullable Number value) {
        if (value != null && value.longValue() < 1) {
            throw new ParameterException(spec.commandLine(), option + " needs to be 1 or more, but is " + value);
        }
    }

    private void requireCidrs(String option, List<String> cidrs) {
        try {
            AddressPolicy.of(List.of(), cidrs, false);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
        }
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"datachunk-agent " + version()};
        }
    }

    private static String version() {
        String version = AgentCommand.class.getPackage().getImplementationVersion();
        return version == null ? "(not from a jar)" : version;
    }
}
