package io.datachunk.manager.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeTest {
    private static final UUID OTHER = UUID.fromString("00000000-0000-4000-8000-000000000000");

    @TempDir
    Path data;

    @Test
    void marksAnEmptyDirectoryAndKnowsItAgain() throws IOException {
        UUID first = openAndClose(Optional.empty(), false);

        assertThat(data.resolve(".volume")).hasContent("datachunk-volume 1 " + first);
        assertThat(openAndClose(Optional.empty(), false)).isEqualTo(first);
        assertThat(openAndClose(Optional.of(first), false)).isEqualTo(first);
        assertThat(data.resolve(".volume.new")).doesNotExist();
    }

    @Test
    void takesADirectoryThatHoldsOnlyWhatMkfsAndTheStateLeft() throws IOException {
        Files.createDirectory(data.resolve("lost+found"));
        Files.createDirectory(data.resolve(".state"));
        Files.writeString(data.resolve(".volume.new"), "datachunk-vol");

        UUID volume = openAndClose(Optional.empty(), false);

        assertThat(data.resolve(".volume")).hasContent("datachunk-volume 1 " + volume);
    }

    @Test
    void refusesAnEmptyDirectoryWhereAVolumeIsRemembered() {
        VolumeMissingException refused =
                catchThrowableOfType(VolumeMissingException.class, () -> openAndClose(Optional.of(OTHER), false));

        assertThat(refused).hasMessageContaining("is empty").hasMessageContaining(OTHER.toString());
        assertThat(refused.remembered()).isEqualTo(OTHER);
        assertThat(refused.found()).isEmpty();
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void refusesAnotherVolumeThanTheRememberedOne() throws IOException {
        UUID there = openAndClose(Optional.empty(), false);

        VolumeMissingException refused =
                catchThrowableOfType(VolumeMissingException.class, () -> openAndClose(Optional.of(OTHER), false));

        assertThat(refused.found()).contains(there);
        assertThat(openAndClose(Optional.of(there), false)).isEqualTo(there);
    }

    @Test
    void refusesAMissingDirectoryAsAMissingVolumeOnlyIfOneIsRemembered() {
        Path missing = data.resolve("missing");

        assertThatThrownBy(() -> ChunkStore.open(missing, Optional.of(OTHER), false))
                .isInstanceOf(VolumeMissingException.class);
        assertThatThrownBy(() -> ChunkStore.open(missing, Optional.empty(), false))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(VolumeMissingException.class)
                .hasMessageContaining("mkdir");
        assertThat(missing).doesNotExist();
    }

    @Test
    void beginsOnAnotherVolumeWhenToldTo() throws IOException {
        UUID fresh = openAndClose(Optional.of(OTHER), true);

        assertThat(fresh).isNotEqualTo(OTHER);
        assertThat(openAndClose(Optional.of(OTHER), true)).isEqualTo(fresh);
    }

    @Test
    void refusesADirectoryOfSomebodyElseEvenWhenToldToAcceptANewVolume() throws IOException {
        Files.writeString(data.resolve("thesis.tex"), "precious");

        assertThatThrownBy(() -> openAndClose(Optional.empty(), false))
                .isNotInstanceOf(VolumeMissingException.class)
                .hasMessageContaining("not ours")
                .hasMessageContaining("thesis.tex");
        assertThatThrownBy(() -> openAndClose(Optional.of(OTHER), true))
                .isNotInstanceOf(VolumeMissingException.class)
                .hasMessageContaining("not ours");
        assertThatThrownBy(() -> openAndClose(Optional.of(OTHER), false)).isInstanceOf(VolumeMissingException.class);
        assertThat(data.toFile().list()).containsExactly("thesis.tex");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "datachunk-volume 2 00000000-0000-4000-8000-000000000000\n",
                "datachunk-volume 1 1-1-1-1-1\n",
                "datachunk-volume 1 00000000-0000-4000-8000-000000000000\nmore\n",
                "datachunk-volume 1 00000000-0000-4000-8000-000000000000 ",
            })
    void refusesAnythingElseInTheMarkerAndNamesIt(String content) throws IOException {
        Files.writeString(data.resolve(".volume"), content);

        assertThatThrownBy(() -> openAndClose(Optional.empty(), true))
                .hasMessageContaining(data.resolve(".volume") + " ");
        assertThat(data.resolve(".volume")).hasContent(content);
    }

    @Test
    void refusesAMarkerOrAPlaceThatIsALink() throws IOException {
        Path elsewhere = Files.createDirectory(data.resolve("elsewhere"));
        Path linked = Files.createDirectory(data.resolve("linked"));
        Files.writeString(elsewhere.resolve("marker"), "datachunk-volume 1 " + OTHER);
        Files.createSymbolicLink(linked.resolve(".volume"), elsewhere.resolve("marker"));
        assertThatThrownBy(() -> ChunkStore.open(linked, Optional.empty(), false))
                .hasMessageContaining(".volume is not a regular file");

        Files.delete(linked.resolve(".volume"));
        ChunkStore.open(linked, Optional.empty(), false).close();
        Files.delete(linked.resolve("trash"));
        Files.createSymbolicLink(linked.resolve("trash"), elsewhere);

        assertThatThrownBy(() -> ChunkStore.open(linked, Optional.empty(), false))
                .hasMessageContaining("trash is not a directory");
    }

    @Test
    void leavesAloneWhatOnlyHasTheNameOfAMarkerInTheMaking() throws IOException {
        Path stranger = Files.writeString(data.resolve(".volume.new"), "precious ".repeat(9));

        assertThatThrownBy(() -> openAndClose(Optional.empty(), false)).hasMessageContaining(stranger + " is not ours");
        assertThat(stranger).hasContent("precious ".repeat(9));
    }

    @Test
    void refusesAFile() throws IOException {
        Path file = Files.createFile(data.resolve("file"));

        assertThatThrownBy(() -> ChunkStore.open(file, Optional.empty(), false))
                .hasMessageContaining("is not a directory");
    }

    @Test
    void refusesADirectoryThatAnotherManagerHasUntilThatEnds() throws IOException {
        ChunkStore first = ChunkStore.open(data, Optional.empty(), false);
        assertThatThrownBy(() -> openAndClose(Optional.empty(), false)).isInstanceOf(VolumeInUseException.class);
        assertThatThrownBy(() -> openAndClose(Optional.empty(), true)).isInstanceOf(VolumeInUseException.class);

        first.close();

        assertThat(openAndClose(Optional.empty(), false)).isEqualTo(first.volume());
    }

    @Test
    void givesTheDirectoryBackWhenOpeningFails() throws IOException {
        UUID volume = openAndClose(Optional.empty(), false);
        Files.delete(data.resolve("staging"));
        Files.createFile(data.resolve("staging"));
        assertThatThrownBy(() -> openAndClose(Optional.empty(), false)).hasMessageContaining("move it away");

        Files.delete(data.resolve("staging"));

        assertThat(openAndClose(Optional.of(volume), false)).isEqualTo(volume);
    }

    private UUID openAndClose(Optional<UUID> remembered, boolean acceptNewVolume) throws IOException {
        try (ChunkStore store = ChunkStore.open(data, remembered, acceptNewVolume)) {
            return store.volume();
        }
    }
}
