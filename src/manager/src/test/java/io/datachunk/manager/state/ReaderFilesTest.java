package io.datachunk.manager.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.ReaderFile;
import io.datachunk.reader.format.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaderFilesTest {
    private static final int SLOT = 3;

    @TempDir
    private Path state;

    private StateDirectory directory;
    private ReaderFiles readers;
    private Path unfinished;
    private LockFile file;
    private ReaderFile counters;

    @BeforeEach
    void makeAnUnfinishedFile() throws IOException {
        directory = new StateDirectory(state);
        Files.createDirectories(directory.readers());
        readers = new ReaderFiles(directory, StateTimes.DEFAULTS);
        unfinished = directory.readers().resolve("some" + StateDirectory.UNFINISHED_SUFFIX);
        file = LockFile.create(unfinished, ReaderFile.bytes(16));
        counters = ReaderFile.write(file.map(true), 16, 1, new ReaderFile.Owner(1, "host", "command"));
    }

    @AfterEach
    void close() throws IOException {
        readers.close();
        file.close();
    }

    @Test
    void aReaderThatWasSeenUnfinishedIsOneReader() throws IOException {
        readers.refresh();
        Path finished = directory.readers().resolve("some" + StateDirectory.READER_SUFFIX);
        Files.move(unfinished, finished);
        counters.add(0, SLOT, 1);

        readers.refresh();

        assertThat(readers.all()).singleElement().satisfies(reader -> {
            assertThat(reader.path()).isEqualTo(finished);
            assertThat(reader.references(SLOT)).isEqualTo(1);
        });
        assertThat(readers.hold(SLOT)).isTrue();
    }

    @Test
    void aReaderWhoseFileWasRemovedHoldsOnWhileItLives() throws IOException {
        Path finished = directory.readers().resolve("some" + StateDirectory.READER_SUFFIX);
        Files.move(unfinished, finished);
        counters.add(0, SLOT, 1);
        readers.refresh();
        Files.delete(finished);

        readers.refresh();

        assertThat(readers.hold(SLOT)).isTrue();
        counters.add(0, SLOT, -1);
        readers.refresh();
        assertThat(readers.all()).isEmpty();
    }
}
