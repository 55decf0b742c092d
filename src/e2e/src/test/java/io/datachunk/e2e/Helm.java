package io.datachunk.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The program helm, which lies beside those of a control plane, and our chart.
 *
 * @param program helm
 */
record Helm(Path program) {
    static final Path CHART = Cluster.ROOT.resolve("helm/datachunk");

    static Helm found() {
        return new Helm(ClusterExtension.programs().resolve("helm"));
    }

    /** Fails unless it succeeds. */
    String run(Cluster cluster, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--kubeconfig=" + cluster.kubeconfig()));
        all.addAll(List.of(arguments));
        return succeed(all);
    }

    String lint(String... arguments) {
        List<String> all = new ArrayList<>(List.of("lint", "--strict", CHART.toString()));
        all.addAll(List.of(arguments));
        return succeed(all);
    }

    /** Writes what the release {@code datachunk} in the namespace of that name would be into an empty directory. */
    Cluster.Printed template(Path chart, Path directory, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of(
                "template",
                "datachunk",
                chart.toString(),
                "--namespace=" + ServiceAccounts.NAMESPACE,
                "--kube-version=1.36",
                "--output-dir=" + directory));
        all.addAll(arguments);
        return tryRun(all);
    }

    /** The objects in the files below a directory. */
    static List<JsonNode> objects(Path directory) throws IOException {
        List<JsonNode> objects = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            files.filter(Files::isRegularFile).sorted().map(Documents::of).forEach(objects::addAll);
        }
        return objects;
    }

    String succeed(List<String> arguments) {
        Cluster.Printed printed = tryRun(arguments);
        if (printed.exitCode() != 0) {
            throw new AssertionError("helm " + String.join(" ", arguments) + ": " + printed.text());
        }
        return printed.text();
    }

    private Cluster.Printed tryRun(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        return Cluster.run(Map.of(), command);
    }
}
