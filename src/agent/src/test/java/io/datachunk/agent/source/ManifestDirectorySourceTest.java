package io.datachunk.agent.source;

import static io.datachunk.agent.Samples.manifest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestDirectorySourceTest {
    private final AtomicReference<DesiredState> latest =
            new AtomicReference<>(new DesiredState(List.of(), List.of(), false));

    @TempDir
    Path directory;

    @Test
    void followsTheDirectory() throws IOException {
        Path manifests = Files.createDirectory(directory.resolve("manifests"));
        Files.writeString(manifests.resolve("a.yaml"), manifest(1));
        try (ManifestDirectorySource source = new ManifestDirectorySource(manifests, "node-a")) {
            source.start(latest::set);
            awaitNames("chunk-1");

            Path next = Files.writeString(directory.resolve("next"), manifest(2));
            Files.move(next, manifests.resolve("b.yaml"), StandardCopyOption.ATOMIC_MOVE);
            awaitNames("chunk-1", "chunk-2");

            Path away = Files.move(manifests, directory.resolve("away"));
            Files.createDirectory(manifests);
            Files.writeString(manifests.resolve("c.yaml"), manifest(3));
            awaitNames("chunk-3");

            Files.delete(manifests.resolve("c.yaml"));
            awaitNames();
            assertThat(away).exists();
        }
    }

    @Test
    void takesWhatIsForThisNode() throws IOException {
        Files.writeString(directory.resolve("a.yaml"), forNode(1, "nodeName: node-a"));
        Files.writeString(directory.resolve("b.yaml"), forNode(2, "nodeName: node-b"));
        Files.writeString(directory.resolve("c.yaml"), forNode(3, "nodeSelector: {kubernetes.io/hostname: node-a}"));
        Files.writeString(directory.resolve("d.yaml"), forNode(4, "nodeSelector: {disk: fast}"));
        Files.writeString(directory.resolve("e.yaml"), forNode(5, "nodeSelector: {}"));
        try (ManifestDirectorySource source = new ManifestDirectorySource(directory, "node-a")) {
            source.start(latest::set);

            awaitNames("chunk-1", "chunk-3", "chunk-5");
        }
    }

    @Test
    void saysWhatToChangeWhenTheDirectoryCannotBeUsed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> start(directory.resolve("none")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not there");
        assertThatThrownBy(() -> start(file)).isInstanceOf(IOException.class).hasMessageContaining("not a directory");
    }

    private void start(Path manifests) throws IOException {
        try (ManifestDirectorySource source = new ManifestDirectorySource(manifests, "node-a")) {
            source.start(latest::set);
        }
    }

    private static String forNode(int number, String where) {
        return manifest(number).replace("spec:", "spec:\n  " + where);
    }

    private void awaitNames(String... names) {
        await().untilAsserted(() -> {
            DesiredState state = Objects.requireNonNull(latest.get());
            assertThat(state.complete()).isTrue();
            assertThat(state.chunks()).extracting(DeclaredChunk::name).containsExactlyInAnyOrder(names);
        });
    }
}
