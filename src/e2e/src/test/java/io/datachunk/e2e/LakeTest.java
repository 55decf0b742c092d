package io.datachunk.e2e;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test of agents against a real API server, each with a {@link Lake} of its own in a namespace of its own. */
@NeedsCluster
abstract class LakeTest {
    private final String namespace;

    @TempDir
    Path directory;

    Lake lake;

    LakeTest(String namespace) {
        this.namespace = namespace;
    }

    @BeforeEach
    void openLake(Cluster cluster) throws IOException {
        lake = new Lake(cluster, directory, namespace);
    }

    @AfterEach
    void closeLake() {
        lake.close();
    }
}
