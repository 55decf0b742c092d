package io.datachunk.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The program helm, in whatever version lies beside those of a control plane; {@link Chart} has a Helm 3 within this JVM.
 *
 * @param program helm
 */
record Helm(Path program) {
    static final Path CHART = Cluster.ROOT.resolve("helm/datachunk");

    static Helm found() {
        return new Helm(ClusterExtension.program("helm"));
    }

    /** What it prints. Fails unless it succeeds. */
    String run(Cluster cluster, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--kubeconfig=" + cluster.kubeconfig()));
        all.addAll(List.of(arguments));
        return succeed(all);
    }

    String lint(Path values) {
        return succeed(List.of("lint", "--strict", CHART.toString(), "--values=" + values));
    }

    /**
     * As {@link Chart#rendered}.
     *
     * @param directory an empty one, for what it writes
     */
    List<JsonNode> rendered(Path values, Path directory) throws IOException {
        succeed(List.of(
                "template",
                "datachunk",
                CHART.toString(),
                "--namespace=" + ServiceAccounts.NAMESPACE,
                "--kube-version=" + Chart.KUBERNETES,
                "--values=" + values,
                "--output-dir=" + directory));
        List<JsonNode> objects = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            files.filter(Files::isRegularFile).sorted().map(Documents::of).forEach(objects::addAll);
        }
        return Chart.withoutTests(objects);
    }

    private String succeed(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        return Cluster.succeed(command);
    }
}
