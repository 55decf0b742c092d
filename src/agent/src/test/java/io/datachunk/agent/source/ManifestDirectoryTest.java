package io.datachunk.agent.source;

import static io.datachunk.agent.Samples.manifest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datachunk.agent.Samples;
import io.datachunk.manager.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestDirectoryTest {
    /** Moves by hand, and with it the times of files. */
    private Instant now = Samples.NOON;

    /** Moves with it, unless the clock jumps. */
    private long nanos;

    @TempDir
    Path directory;

    private ManifestDirectory manifests() {
        return new ManifestDirectory(directory, new ManifestReader(_ -> true), () -> now, () -> nanos);
    }

    @Test
    void readsYamlAndJsonFilesAndNoOthers() throws IOException {
        write("a.yaml", manifest(1));
        write("b.yml", manifest(2));
        write(".c.yaml", manifest(3));
        write("d.txt", manifest(4));
        write("e.json", "");
        Files.createDirectory(directory.resolve("f"));

        assertThat(names(settled(manifests()))).containsExactly("chunk-1", "chunk-2");
    }

    @Test
    void readsAFileOnceItIsLeftAlone() throws IOException {
        ManifestDirectory manifests = manifests();
        write("a.yaml", manifest(1));
        settled(manifests);

        write("a.yaml", manifest(1) + "---\n" + manifest(2));
        ManifestDirectory.Look tooEarly = manifests.look();
        assertThat(tooEarly.unsettled()).isTrue();
        assertThat(names(tooEarly)).containsExactly("chunk-1");

        pass();
        assertThat(names(manifests.look())).containsExactly("chunk-1", "chunk-2");
    }

    @Test
    void saysNothingUntilEveryFileHasBeenReadOnce() throws IOException {
        ManifestDirectory manifests = manifests();
        write("a.yaml", manifest(1));

        assertThat(manifests.look().manifests()).isEmpty();
        pass();
        assertThat(manifests.look().manifests()).isPresent();
    }

    @Test
    void takesAFileForRemovedOnceItStaysAway() throws IOException {
        ManifestDirectory manifests = manifests();
        write("a.yaml", manifest(1));
        write("b.yaml", manifest(2));
        settled(manifests);

        Files.delete(directory.resolve("a.yaml"));
        assertThat(names(manifests.look())).contains("chunk-1");
        assertThat(manifests.look().unsettled()).isTrue();
        pass();
        assertThat(names(manifests.look())).containsExactly("chunk-2");
    }

    @Test
    void aClockThatJumpsRemovesNoFileEarlyAndKeepsNoneForEver() throws IOException {
        ManifestDirectory manifests = manifests();
        write("a.yaml", manifest(1));
        settled(manifests);
        Path aside = directory.resolve("a.aside");

        Files.move(directory.resolve("a.yaml"), aside);
        manifests.look();
        now = now.plus(Duration.ofHours(1));
        assertThat(names(manifests.look())).as("an editor has it").containsExactly("chunk-1");
        Files.move(aside, directory.resolve("a.yaml"));
        settled(manifests);

        Files.delete(directory.resolve("a.yaml"));
        manifests.look();
        now = now.minus(Duration.ofDays(1));
        pass();
        assertThat(names(manifests.look())).isEmpty();
    }

    @Test
    void followsLinksThatAreSwitchedAsAConfigMapDoes() throws IOException {
        ManifestDirectory manifests = manifests();
        link("..1", manifest(1));
        Files.createSymbolicLink(directory.resolve("a.yaml"), Path.of("..data", "a.yaml"));
        assertThat(names(settled(manifests))).containsExactly("chunk-1");

        link("..2", manifest(2));

        assertThat(names(settled(manifests))).containsExactly("chunk-2");
    }

    @Test
    void keepsWhatAFileSaidThatCannotBeReadAnyMore() throws IOException {
        ManifestDirectory manifests = manifests();
        write("a.yaml", manifest(1));
        settled(manifests);

        Files.write(directory.resolve("a.yaml"), "# \u00e9".getBytes(StandardCharsets.ISO_8859_1));
        touch("a.yaml");
        pass();
        Manifests kept = manifests.look().manifests().orElseThrow();
        assertThat(kept.problems()).singleElement().asString().contains("UTF-8");
        assertThat(names(kept)).containsExactly("chunk-1");

        Files.delete(directory.resolve("a.yaml"));
        Files.createDirectory(directory.resolve("a.yaml"));
        assertThat(names(settled(manifests))).containsExactly("chunk-1");

        Files.delete(directory.resolve("a.yaml"));
        assertThat(names(settled(manifests))).isEmpty();
    }

    @Test
    void keepsEverythingWhenTheDirectoryCannotBeListed() throws IOException {
        ManifestDirectory manifests = manifests();
        write("a.yaml", manifest(1));
        settled(manifests);
        Path away = directory.resolveSibling(directory.getFileName() + "-away");

        Files.move(directory, away);
        assertThatThrownBy(manifests::look).isInstanceOf(IOException.class);
        Files.move(away, directory);

        assertThat(names(manifests.look())).containsExactly("chunk-1");
    }

    @Test
    void usesTheFirstOfTwoObjectsOfOneName() throws IOException {
        write("a.yaml", manifest(1));
        write("b.yaml", manifest(2).replace("chunk-2", "chunk-1"));

        Manifests read = settled(manifests()).manifests().orElseThrow();

        assertThat(read.state().chunks()).extracting(DeclaredChunk::spec).containsExactly(Samples.chunk(1));
        assertThat(read.problems()).singleElement().asString().contains("chunk-1 is not used", "a.yaml line 1");
    }

    @Test
    void reportsConflictsAndUnusableObjects() throws IOException {
        write("a.yaml", manifest(1));
        write("b.yaml", manifest(1).replace("chunk-1", "chunk-9").replace("end: 2000", "end: 3000"));
        write("c.yaml", manifest(3).replace("http:", "file:"));

        Manifests read = settled(manifests()).manifests().orElseThrow();

        assertThat(read.state().rejected())
                .extracting(rejected -> rejected.name() + " " + rejected.reason())
                .containsExactlyInAnyOrder("chunk-9 " + Reason.CONFLICT, "chunk-3 " + Reason.INVALID_SPEC);
        assertThat(read.problems()).hasSize(2);
        assertThat(read.state().complete()).as("the id of each is known").isTrue();
    }

    @Test
    void isNotCompleteWhileATextIsBrokenThatWasSoFromTheStart() throws IOException {
        write("a.yaml", manifest(1));
        write("b.yaml", "kind: [");
        ManifestDirectory manifests = manifests();
        assertThat(settled(manifests).manifests().orElseThrow().state().complete())
                .isFalse();

        write("b.yaml", manifest(2));

        assertThat(settled(manifests).manifests().orElseThrow().state().complete())
                .isTrue();
    }

    @Test
    void movesAnObjectFromABrokenFileToAnother() throws IOException {
        write("a.yaml", manifest(1));
        ManifestDirectory manifests = manifests();
        settled(manifests);

        write("a.yaml", "kind: [");
        write("b.yaml", manifest(2).replace("chunk-2", "chunk-1"));

        assertThat(settled(manifests).manifests().orElseThrow().state().chunks())
                .extracting(DeclaredChunk::spec)
                .containsExactly(Samples.chunk(2));
    }

    private ManifestDirectory.Look settled(ManifestDirectory manifests) throws IOException {
        manifests.look();
        pass();
        return manifests.look();
    }

    private void pass() {
        now = now.plus(ManifestDirectory.SETTLE);
        nanos += ManifestDirectory.SETTLE.toNanos();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
        touch(name);
    }

    private void touch(String name) throws IOException {
        Files.setLastModifiedTime(directory.resolve(name), FileTime.from(now));
    }

    private void link(String version, String text) throws IOException {
        Files.createDirectory(directory.resolve(version));
        write(version + "/a.yaml", text);
        Path next = Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of(version));
        Files.move(next, directory.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<String> names(ManifestDirectory.Look look) {
        return names(look.manifests().orElseThrow());
    }

    private static List<String> names(Manifests manifests) {
        return manifests.state().chunks().stream()
                .map(DeclaredChunk::name)
                .sorted()
                .toList();
    }
}
