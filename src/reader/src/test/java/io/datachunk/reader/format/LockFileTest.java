package io.datachunk.reader.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The traps of POSIX locks within one JVM, seen from another process; the first two show that they are traps. */
@SuppressWarnings("try")
class LockFileTest {
    @TempDir
    private Path directory;

    private Path path;

    @BeforeEach
    void file() throws IOException {
        path = Files.writeString(directory.resolve("file"), "0123456789");
    }

    /** Whether another process finds byte 0 locked. */
    private boolean isLocked() throws IOException, InterruptedException {
        Process probe = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Probe.class.getName(),
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int code = probe.waitFor();
        assertThat(code).isIn(0, 1);
        return code == 1;
    }

    /** Exits with 1 if byte 0 of a file is locked. */
    static final class Probe {
        private Probe() {}

        /** The other process. */
        public static void main(String[] arguments) throws IOException {
            try (FileChannel channel =
                            FileChannel.open(Path.of(arguments[0]), StandardOpenOption.READ, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock(0, 1, false)) {
                System.exit(lock == null ? 1 : 0);
            }
        }
    }

    @Test
    void aSecondChannelDropsTheLocksOfTheFirst() throws Exception {
        try (FileChannel first = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FileLock lock = first.tryLock(0, 1, false);
            assertThat(isLocked()).isTrue();

            FileChannel.open(path, StandardOpenOption.READ).close();

            assertThat(lock.isValid()).isTrue();
            assertThat(isLocked()).isFalse();
        }
    }

    @Test
    void readingTheFileDropsItsLocks() throws Exception {
        try (FileChannel first = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FileLock lock = first.tryLock(0, 1, false);

            assertThat(Files.readAllBytes(path)).hasSize(10);

            assertThat(lock.isValid()).isTrue();
            assertThat(isLocked()).isFalse();
        }
    }

    @Test
    void aSecondHandleKeepsTheLocksOfTheFirst() throws Exception {
        try (LockFile first = LockFile.open(path, true)) {
            assertThat(first.tryLock(0, 1, false)).isPresent();

            try (LockFile second = LockFile.open(path, false)) {
                assertThat(second.key()).isEqualTo(first.key());
                assertThat(second.tryLock(0, 1, true)).isEmpty();
                assertThat(second.map(false).get(3)).isEqualTo((byte) '3');
            }
            LockFile.open(path, true).close();

            assertThat(isLocked()).isTrue();
        }
        assertThat(isLocked()).isFalse();
    }

    @Test
    void aHandleForWritingKeepsTheLocksOfOneForReading() throws Exception {
        try (LockFile reading = LockFile.open(path, false)) {
            assertThat(reading.tryLock(0, 1, true)).isPresent();

            LockFile.open(path, true).close();

            assertThat(isLocked()).isTrue();
        }
    }

    @Test
    void anInterruptedThreadMapsAndGrowsAndLocksAndKeepsEveryLock() throws Exception {
        try (LockFile file = LockFile.open(path, true)) {
            assertThat(file.tryLock(0, 1, false)).isPresent();
            try {
                Thread.currentThread().interrupt();

                assertThat(file.map(false).get(0)).isEqualTo((byte) '0');
                file.growTo(20);
                file.tryLock(1, 1, false).orElseThrow().release();

                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            } finally {
                Thread.interrupted();
            }
            assertThat(Files.size(path)).isEqualTo(20);
            assertThat(isLocked()).isTrue();
        }
    }

    @Test
    void tellsAFileFromOneThatTookItsPlace() throws IOException {
        try (LockFile file = LockFile.open(path, false)) {
            assertThat(file.key()).isEqualTo(LockFile.keyOf(path));
            Files.move(
                    Files.writeString(directory.resolve("other"), "x"),
                    path,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);

            assertThat(file.key()).isNotEqualTo(LockFile.keyOf(path));
        }
    }

    @Test
    void refusesASecondCopyOfTheLibraryWhileTheFirstIsInUse() throws Exception {
        URL[] classes = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(LockFileTest::url)
                .toArray(URL[]::new);
        try (URLClassLoader other = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
            Class<?> copy = other.loadClass(LockFile.class.getName());
            assertThat(copy).isNotEqualTo(LockFile.class);
            try (LockFile first = LockFile.open(path, false)) {
                assertThat(first.tryLock(0, 1, true)).isPresent();
                assertThatThrownBy(() -> copy.getMethod("open", Path.class, boolean.class)
                                .invoke(null, path, false))
                        .isInstanceOf(InvocationTargetException.class)
                        .cause()
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("another class loader");
            }
            try (AutoCloseable second = (AutoCloseable)
                    copy.getMethod("open", Path.class, boolean.class).invoke(null, path, false)) {
                assertThat(second).isNotNull();
                assertThatThrownBy(() -> LockFile.open(path, false)).hasMessageContaining("another class loader");
            }
        }
    }

    private static URL url(String path) {
        try {
            return Path.of(path).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(path, e);
        }
    }
}
