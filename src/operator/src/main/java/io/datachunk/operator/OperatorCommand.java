package io.datachunk.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line. Ends with 0 after SIGTERM, 2 for a usage error, and 1 with one line for anything else. */
@Command(
        name = "datachunk-operator",
        mixinStandardHelpOptions = true,
        versionProvider = OperatorCommand.Version.class,
        subcommands = CheckCommand.class,
        description = "Rolls the reports of the nodes up into the status of the DataChunks.")
public final class OperatorCommand implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;

    @Option(
            names = "--namespaces",
            split = ",",
            paramLabel = "A,B",
            description = "Namespaces whose DataChunks to look after. Default: all.")
    private List<String> namespaces = List.of();

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8080",
            description = "Where /livez, /readyz and /metrics are answered; port 0 for any. Default: ${DEFAULT-VALUE}.")
    private String http = "";

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
    private Logs.LogLevel logLevel;

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        CommandLine command = new CommandLine(new OperatorCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        command.setExecutionExceptionHandler((e, _, _) -> {
            System.err.println("datachunk-operator: " + oneLine(e));
            return 1;
        });
        System.exit(command.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        InetSocketAddress address = address(http);
        Logs.start(logFormat, logLevel);
        OperatorProcess process = new OperatorProcess(namespaces, address);
        Thread stop = new Thread(
                () -> {
                    process.close();
                    Runtime.getRuntime().halt(0); // after SIGTERM the JVM would end with 143
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            process.start();
        } catch (RuntimeException e) {
            // Nobody asked it to end: the exit code shall say so.
            Runtime.getRuntime().removeShutdownHook(stop);
            throw e;
        }
        new CountDownLatch(1).await(); // until a signal
        return 0;
    }

    private InetSocketAddress address(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        try {
            int port = Integer.parseInt(hostAndPort.substring(colon + 1));
            if (colon > 0 && port >= 0 && port <= MAX_PORT) {
                return new InetSocketAddress(hostAndPort.substring(0, colon), port);
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new CommandLine.ParameterException(
                spec.commandLine(), "--http needs HOST:PORT, but is \"" + hostAndPort + "\"");
    }

    private static String oneLine(Exception e) {
        Throwable shown = e instanceof KubernetesClientException && e.getCause() != null ? e.getCause() : e;
        return String.valueOf(shown.getMessage())
                .lines()
                .findFirst()
                .orElse(shown.getClass().getSimpleName());
    }

    /** From the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = OperatorCommand.class.getPackage().getImplementationVersion();
            return new String[] {"datachunk-operator " + (version == null ? "(not packaged)" : version)};
        }
    }
}
