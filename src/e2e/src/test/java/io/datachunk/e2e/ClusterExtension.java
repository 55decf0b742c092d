package io.datachunk.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/** Hands the cluster of the run to tests; starts it with the first that asks, and ends it with the run. */
final class ClusterExtension implements BeforeAllCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(ClusterExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        shared(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Cluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return shared(context).cluster;
    }

    /** The programs to start control planes from; skips or fails where there are none. */
    static Path programs() {
        return assets().orElseThrow(
                        () -> missing("KUBEBUILDER_ASSETS names no directory with etcd, kube-apiserver and kubectl"));
    }

    /** One of them. Not every such directory has those that are not Kubernetes' own. */
    static Path program(String name) {
        Path program = programs().resolve(name);
        if (!Files.isExecutable(program)) {
            throw missing("KUBEBUILDER_ASSETS has no " + name);
        }
        return program;
    }

    private static Shared shared(ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(Shared.class, _ -> start(), Shared.class);
    }

    private static Shared start() {
        Optional<Path> assets = assets();
        String kubeconfig = System.getenv("KUBECONFIG");
        try {
            if (assets.isPresent()) {
                ControlPlane controlPlane = ControlPlane.start(assets.get());
                return new Shared(withDefinitions(controlPlane), controlPlane);
            }
            if (kubeconfig != null && !kubeconfig.isBlank()) {
                return new Shared(of(Path.of(kubeconfig), kubectlOnPath()), null);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError("cannot reach a cluster", e);
        }
        throw missing("neither KUBEBUILDER_ASSETS (etcd, kube-apiserver, kubectl) nor KUBECONFIG is set");
    }

    static Cluster withoutDefinitions(ControlPlane controlPlane) {
        Path kubeconfig = controlPlane.kubeconfig();
        return new Cluster(kubeconfig, Cluster.clientOf(kubeconfig), programs().resolve("kubectl"));
    }

    /** A cluster of that control plane, with the resource definitions installed. */
    static Cluster withDefinitions(ControlPlane controlPlane) {
        return of(controlPlane.kubeconfig(), programs().resolve("kubectl"));
    }

    private static Cluster of(Path kubeconfig, Path kubectl) {
        Cluster cluster = new Cluster(kubeconfig, Cluster.clientOf(kubeconfig), kubectl);
        cluster.kubectl("apply", "-f", Cluster.ROOT.resolve("crds").toString());
        cluster.kubectl(
                "wait",
                "--for=condition=Established",
                "--timeout=60s",
                "-f",
                Cluster.ROOT.resolve("crds").toString());
        return cluster;
    }

    private static Optional<Path> assets() {
        String directory = System.getenv("KUBEBUILDER_ASSETS");
        return directory == null || directory.isBlank() ? Optional.empty() : Optional.of(Path.of(directory));
    }

    private static Path kubectlOnPath() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .map(directory -> Path.of(directory).resolve("kubectl"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> missing("KUBECONFIG is set, but there is no kubectl on the PATH"));
    }

    /** What to throw for a thing without which a test cannot run: it skips, or fails where everything is demanded. */
    static RuntimeException missing(String what) {
        if ("true".equals(System.getenv("CI_REQUIRE_ALL"))) {
            throw new AssertionError(what + ", and CI_REQUIRE_ALL demands it");
        }
        System.out.println("skipped: " + what);
        return new TestAbortedException(what);
    }

    /** The cluster of this run, and what has to be stopped with it. */
    private record Shared(Cluster cluster, @Nullable ControlPlane controlPlane) implements AutoCloseable {
        @Override
        public void close() {
            cluster.close();
            if (controlPlane != null) {
                controlPlane.close();
            }
        }
    }
}
