package io.datachunk.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with a control plane of its own for each of its methods, and a lake on it. */
abstract class OwnClusterTest {
    @TempDir
    Path directory;

    ControlPlane controlPlane;
    Cluster cluster;
    Lake lake;

    private final String namespace;

    /** What has been started, newest first: nothing where there are no programs to start. */
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    OwnClusterTest(String namespace) {
        this.namespace = namespace;
    }

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        controlPlane = ControlPlane.start(ClusterExtension.programs());
        started.push(controlPlane);
        cluster = ClusterExtension.withDefinitions(controlPlane);
        started.push(cluster);
        lake = new Lake(cluster, directory, namespace);
        started.push(lake);
    }

    @AfterEach
    void end() throws Exception {
        while (!started.isEmpty()) {
            started.pop().close();
        }
    }
}
