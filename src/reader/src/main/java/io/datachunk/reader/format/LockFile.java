package io.datachunk.reader.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * This process's one way to a file that it or others lock: {@code agent.lock}, {@code .volume}, {@code pins} and every
 * reader's file. Thread-safe.
 *
 * <p>POSIX locks belong to the process, and closing <em>any</em> descriptor of an inode drops all of its locks on it, while
 * {@link FileLock#isValid()} stays true. So the reader, the manager and their tests in one JVM share the descriptors of an
 * inode through this registry, and none of them is closed before the last handle is. Nothing else in this process may open
 * such a file. A second registry, which another class loader would make, is refused through a system property.
 *
 * <p>Locks are only tried, never waited for: a waiting thread that is interrupted would close the channel. What else could
 * do so (reading, writing, mapping) happens on {@link FileThread}. A lock that this process has already, by whatever
 * handle, counts as refused.
 */
public final class LockFile implements AutoCloseable {
    /** Names the copy of this class that has files open; absent while none has. */
    private static final String OWNER_PROPERTY = "io.datachunk.reader.owner";

    /** Differs from that of another copy, which was loaded at another time or has another class. */
    private static final String OWNER = System.nanoTime() + "@" + System.identityHashCode(LockFile.class);

    private static final Map<Object, Inode> INODES = new HashMap<>();

    private final Object key;
    private final FileChannel channel;
    private boolean closed;

    private LockFile(Object key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /** What this process has open of one inode. Guarded by {@link #INODES}. */
    private static final class Inode {
        private final List<FileChannel> channels = new ArrayList<>();
        private boolean writable;
        private int handles;
    }

    /**
     * Opens a file that exists.
     *
     * @param write whether exclusive locks or stores are wanted
     */
    public static LockFile open(Path path, boolean write) throws IOException {
        synchronized (INODES) {
            claim();
            try {
                while (true) {
                    Object key = keyOf(path);
                    Inode inode = INODES.get(key);
                    if (inode == null || write && !inode.writable) {
                        FileChannel channel = write
                                ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                                : FileChannel.open(path, StandardOpenOption.READ);
                        // Between the two looks another file may have come under this name. The channel is then of one
                        // of
                        // the two, which may be in use here: it stays with both, unclosed until neither is used.
                        Object keyNow = keyOf(path);
                        inode = INODES.computeIfAbsent(key, absent -> new Inode());
                        if (!keyNow.equals(key)) {
                            inode.channels.add(channel);
                            INODES.computeIfAbsent(keyNow, absent -> new Inode())
                                    .channels
                                    .add(channel);
                            continue;
                        }
                        inode.channels.add(0, channel);
                        inode.writable |= write;
                    }
                    inode.handles++;
                    return new LockFile(key, inode.channels.get(0));
                }
            } finally {
                unclaimIfIdle();
            }
        }
    }

    /** Makes a file of zeros and opens it. */
    public static LockFile create(Path path, long bytes) throws IOException {
        LockFile file = create(path);
        try {
            file.growTo(bytes);
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Makes an empty file and opens it. */
    public static LockFile create(Path path) throws IOException {
        synchronized (INODES) {
            claim();
            try {
                FileChannel channel = FileChannel.open(
                        path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
                Object key;
                try {
                    key = keyOf(path);
                } catch (IOException e) {
                    channel.close();
                    throw e;
                }
                Inode inode = new Inode();
                inode.channels.add(channel);
                inode.writable = true;
                inode.handles = 1;
                INODES.put(key, inode);
                return new LockFile(key, channel);
            } finally {
                unclaimIfIdle();
            }
        }
    }

    private static void claim() throws IOException {
        Object owner = System.getProperties().putIfAbsent(OWNER_PROPERTY, OWNER);
        if (owner != null && !owner.equals(OWNER)) {
            throw new IOException("another copy of datachunk-reader is in use in this process, loaded by another class "
                    + "loader: load the library once, in a class loader that both users share, because file locks belong "
                    + "to the process");
        }
    }

    private static void unclaimIfIdle() {
        if (INODES.isEmpty()) {
            System.getProperties().remove(OWNER_PROPERTY, OWNER);
        }
    }

    /** Writes zeros from the file's end on. */
    public void growTo(long bytes) throws IOException {
        FileThread.call(() -> {
            Mapping.writeZeros(channel, bytes);
            return bytes;
        });
    }

    /** Maps the whole file. */
    public MappedByteBuffer map(boolean writable) throws IOException {
        return FileThread.call(
                () -> Mapping.map(channel, writable ? FileChannel.MapMode.READ_WRITE : FileChannel.MapMode.READ_ONLY));
    }

    /** The file's first bytes, fewer than {@code most} only if there are no more. */
    public byte[] read(int most) throws IOException {
        return FileThread.call(() -> {
            ByteBuffer content = ByteBuffer.allocate(most);
            while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {
                // until the end of the file, or of what was asked for
            }
            return Arrays.copyOf(content.array(), content.position());
        });
    }

    /** Puts this over the file's first bytes, durably; what comes after them stays, for files are never truncated. */
    public void write(byte[] content) throws IOException {
        FileThread.call(() -> {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left, left.position());
            }
            channel.force(true);
            return content;
        });
    }

    /** Tries to lock some bytes; empty if another process has them locked, or this one. */
    public Optional<FileLock> tryLock(long position, long bytes, boolean shared) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock(position, bytes, shared));
        } catch (OverlappingFileLockException ours) {
            return Optional.empty();
        }
    }

    /** Which file this is: equal to {@link #keyOf} of a path as long as that names the same file. */
    public Object key() {
        return key;
    }

    /** What tells a file from one that has taken its place. */
    public static Object keyOf(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        if (key == null) {
            throw new IOException(path + " has no inode: use a file system of Linux");
        }
        return key;
    }

    /** Gives the handle back. Locks need to be released by themselves: others may have the inode open. */
    @Override
    public void close() throws IOException {
        synchronized (INODES) {
            if (closed) {
                return;
            }
            closed = true;
            Inode inode = INODES.get(key);
            if (inode != null && --inode.handles == 0) {
                INODES.remove(key);
                for (FileChannel open : inode.channels) {
                    open.close();
                }
            }
            unclaimIfIdle();
        }
    }
}
