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
    static final String VERSION = "0.1.0";

    /** What an upgrade goes to. */
    static final String NEXT_VERSION = "0.1.1";

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

    /**
     * As the next version would be: the same layers, with another name and another digest.
     *
     * @param directory for what it takes
     */
    Path nextVersion(Path directory) throws IOException {
        Path content = Files.createDirectory(directory.resolve(module));
        Cluster.succeed(List.of("tar", "-xf", tarball().toString(), "-C", content.toString()));
        for (String name : List.of("config.json", "manifest.json")) {
            Path file = content.resolve(name);
            String text = Files.readString(file);
            Files.writeString(file, text.replace(VERSION + '"', NEXT_VERSION + '"'));
        }
        Path tarball = directory.resolve(module + ".tar");
        Cluster.succeed(List.of("tar", "-cf", tarball.toString(), "-C", content.toString(), "."));
        return tarball;
    }
}
