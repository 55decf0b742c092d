package io.datachunk.manager.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Writes pieces of a file past the page cache ({@code O_DIRECT}), as far as they are whole blocks and the file system lets it. Used by one
 * thread.
 *
 * <p>In the page cache each byte costs a copy and a part of a page, which is a third of the CPU time of a download, and pushes out what
 * workers read. It does not take the place of forcing the file to disk.
 */
final class DirectFile implements AutoCloseable {
    /** Blocks begin at multiples of this, in the file and in memory: what local file systems ask for, or a multiple of it. */
    static final int BLOCK_BYTES = 4 << 10;

    /** Less is not worth waiting for the disk: the page cache gathers it. */
    private static final int MIN_BYTES = 64 << 10;

    /** Of the JDK, by its name: the compiler warns of it as a part that another JDK may not have. */
    private static final @Nullable OpenOption DIRECT = option();

    private final Path path;
    private boolean isPossible = DIRECT != null;
    private @Nullable FileChannel channel;

    /** Opens nothing yet: a small file is not worth it. */
    DirectFile(Path path) {
        this.path = path;
    }

    private static @Nullable OpenOption option() {
        try {
            return (OpenOption) Class.forName("com.sun.nio.file.ExtendedOpenOption")
                    .getField("DIRECT")
                    .get(null);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    /**
     * Writes what it can of the remaining bytes of a buffer, and leaves the rest in it. Whatever goes wrong is left to be
     * found by who writes the rest.
     *
     * @param position where in the file they belong
     */
    void write(ByteBuffer buffer, long position) {
        int blocks = buffer.remaining() & -BLOCK_BYTES;
        if (!isPossible || blocks < MIN_BYTES || position % BLOCK_BYTES != 0) {
            return;
        }
        int limit = buffer.limit();
        try {
            if (channel == null) {
                channel = FileChannel.open(path, StandardOpenOption.WRITE, DIRECT, LinkOption.NOFOLLOW_LINKS);
            }
            buffer.limit(buffer.position() + blocks);
            channel.write(buffer, position);
        } catch (IOException | UnsupportedOperationException e) {
            isPossible = false;
        } finally {
            buffer.limit(limit);
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
