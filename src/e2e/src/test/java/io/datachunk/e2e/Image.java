package io.datachunk.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An image of this build: a tarball of Docker's layout.
 *
 * @param module that builds it
 */
record Image(String module) {
    /** Fails, or skips the test, where it was not built. */
    Path tarball() {
        Path tarball = Cluster.ROOT.resolve("src/" + module + "/target/datachunk-" + module + ".tar");
        if (!Files.exists(tarball)) {
            throw ClusterExtension.missing(tarball + " is not there: mvn -Pimages,node verify builds it");
        }
        return tarball;
    }

    JsonNode config() throws IOException {
        return new ObjectMapper()
                .readTree(Cluster.succeed(List.of("tar", "-xOf", tarball().toString(), "config.json")))
                .path("config");
    }
}
