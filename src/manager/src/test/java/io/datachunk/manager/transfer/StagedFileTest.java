package io.datachunk.manager.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.StoredFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagedFileTest {
    private static final int PIECE = 256 << 10;

    /** Which have a page cache that can be gone past. */
    private static final Set<String> ON_DISKS = Set.of("ext4", "xfs");

    /** Where the build is, for /tmp may be memory. */
    static final class OnDisk implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "staged");
        }
    }

    @TempDir(factory = OnDisk.class)
    private Path directory;

    private final Random random = new Random(7);
    private final ByteBuffer buffer = new BufferPool(PIECE).take();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private Path path;

    @BeforeEach
    void path() {
        path = directory.resolve("file");
    }

    /** Pieces of a fast source, of a slow one, and the end of a file, at every place where a block may begin or not. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void hasWhatWasWrittenInPiecesOfAnySize(int seed) throws IOException {
        random.setSeed(seed);
        try (StagedFile file = StagedFile.create(path, true)) {
            for (int i = 0; i < 20; i++) {
                write(file, piece(buffer));
            }
            assertWritten(file);
        }
        assertGoesOn();
    }

    private ByteBuffer piece(ByteBuffer into) {
        int bytes = switch (random.nextInt(4)) {
            case 0 -> 1 + random.nextInt(PIECE);
            case 1 -> (1 + random.nextInt(PIECE / DirectFile.BLOCK_BYTES)) * DirectFile.BLOCK_BYTES;
            default -> PIECE;
        };
        return into.clear().limit(Math.min(bytes, into.capacity()));
    }

    private void write(StagedFile file, ByteBuffer piece) throws IOException {
        byte[] bytes = new byte[piece.remaining()];
        random.nextBytes(bytes);
        written.writeBytes(bytes);
        piece.duplicate().put(bytes);
        file.write(piece);
        assertThat(piece.hasRemaining()).isFalse();
        assertThat(file.bytes()).isEqualTo(written.size());
    }

    private void assertWritten(StagedFile file) throws IOException {
        StoredFile sealed = file.seal("file");
        CRC32C crc32c = new CRC32C();
        crc32c.update(written.toByteArray());
        assertThat(sealed.sizeBytes()).isEqualTo(written.size());
        assertThat(sealed.crc32c()).isEqualTo((int) crc32c.getValue());
        assertThat(Files.readAllBytes(path)).isEqualTo(written.toByteArray());
    }

    private void assertGoesOn() throws IOException {
        try (StagedFile file = StagedFile.reopen(path, false)) {
            file.readBack(buffer, () -> false);
            write(file, buffer.clear());
            assertWritten(file);
        }
    }

    @Test
    void leavesThePageCacheToOthers() throws IOException {
        try (StagedFile file = StagedFile.create(path, false)) {
            for (int i = 0; i < 8; i++) {
                write(file, buffer.clear());
            }
            file.force();
        }
        try (FileChannel channel = FileChannel.open(path)) {
            MappedByteBuffer cached = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            String type = Files.getFileStore(path).type();
            if (ON_DISKS.contains(type)) {
                assertThat(cached.isLoaded()).isFalse();
            } else {
                System.out.println("not looked at: the page cache, for the tests run on " + type);
            }
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(written.toByteArray());
    }

    /** A file system says so in the same way as the JDK does of a buffer that begins in the middle of a block. */
    @Test
    void writesWhatCannotGoPastThePageCacheAsUsual() throws IOException {
        ByteBuffer odd = buffer.slice(1, PIECE - DirectFile.BLOCK_BYTES);
        try (StagedFile file = StagedFile.create(path, true)) {
            write(file, odd);
            write(file, buffer.clear());
            assertWritten(file);
        }
        assertGoesOn();
    }

    @Test
    void beginsAgainAfterItWasCleared() throws IOException {
        try (StagedFile file = StagedFile.create(path, true)) {
            write(file, buffer.clear());
            write(file, piece(buffer));
            file.clear();
            written.reset();
            assertThat(path).isEmptyFile();
            write(file, buffer.clear());
            assertWritten(file);
        }
    }
}
