package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
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
        JsonNode config = new Image(module).config();

        assertThat(config.path("User").asText()).isEqualTo("10100:10100");
        assertThat(config.at("/Labels/org.opencontainers.image.title").asText()).isEqualTo("datachunk-" + module);
        assertThat(config.at("/Labels/org.opencontainers.image.version").asText())
                .isEqualTo(Image.VERSION);
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

    private static String print(String tool, String... arguments) {
        StringWriter out = new StringWriter();
        int exit =
                ToolProvider.findFirst(tool).orElseThrow().run(new PrintWriter(out), new PrintWriter(out), arguments);
        assertThat(exit).as(out.toString()).isZero();
        return out.toString();
    }
}
