package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the images say of themselves. That they run is shown by the tests on a node. */
@Tag("node")
class ImageIT {
    @ParameterizedTest
    @ValueSource(strings = {"agent", "operator"})
    void runsAsTheUserOfTheManifestsAndSaysWhatItIs(String module) throws IOException {
        JsonNode config = config(module);

        assertThat(config.path("User").asText()).isEqualTo("10100:10100");
        assertThat(config.at("/Labels/org.opencontainers.image.title").asText()).isEqualTo("datachunk-" + module);
        assertThat(config.at("/Labels/org.opencontainers.image.version").asText())
                .isEqualTo("0.1.0");
        assertThat(config.at("/Labels/org.opencontainers.image.description").asText())
                .isNotEmpty();
        assertThat(config.path("Entrypoint").path(0).asText()).isEqualTo("java");
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent", "operator"})
    void theRuntimeHasEveryModuleOfTheProgram(String module) throws IOException {
        Set<String> needed = new TreeSet<>(List.of(print(
                        "jdeps",
                        "--multi-release=25",
                        "--ignore-missing-deps",
                        "--print-module-deps",
                        jar(module).toString())
                .strip()
                .split(",", -1)));
        // Libraries look for annotations of beans there, and do without.
        needed.remove("java.desktop");

        String release = Files.readString(Cluster.ROOT.resolve("src/image/target/java/release"));
        String modules = release.lines()
                .filter(line -> line.startsWith("MODULES="))
                .findFirst()
                .orElseThrow();
        assertThat(List.of(
                        modules.substring("MODULES=".length()).replace("\"", "").split(" ", -1)))
                .containsAll(needed);
    }

    private static Path jar(String module) {
        return Cluster.ROOT.resolve("src/" + module + "/target/datachunk-" + module + ".jar");
    }

    private static JsonNode config(String module) throws IOException {
        Path image = NodeExtension.image(module);
        if (!Files.exists(image)) {
            throw ClusterExtension.missing(image + " is not there: mvn -Pimages,node verify builds it");
        }
        Path directory = Files.createTempDirectory("image");
        try {
            unpack(image, directory, "config.json");
            return new ObjectMapper()
                    .readTree(directory.resolve("config.json").toFile())
                    .path("config");
        } finally {
            Files.deleteIfExists(directory.resolve("config.json"));
            Files.delete(directory);
        }
    }

    private static void unpack(Path tarball, Path directory, String name) throws IOException {
        Process tar = new ProcessBuilder("tar", "-xf", tarball.toString(), "-C", directory.toString(), name)
                .redirectErrorStream(true)
                .start();
        String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tar.onExit().join().exitValue()).as(said).isZero();
    }

    private static String print(String tool, String... arguments) {
        StringWriter out = new StringWriter();
        int exit =
                ToolProvider.findFirst(tool).orElseThrow().run(new PrintWriter(out), new PrintWriter(out), arguments);
        assertThat(exit).as(out.toString()).isZero();
        return out.toString();
    }
}
