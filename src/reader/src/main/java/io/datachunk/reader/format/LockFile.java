package io.datachunk.reader.format;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
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
 * such a file. Locks are only tried, never waited for: a waiting thread that is interrupted would close the channel.
 * A lock that this process has already, by whatever handle, counts as refused.
 */
public final class LockFile implements AutoCloseable {
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
            Object key = keyOf(path);
            Inode inode = INODES.get(key);
            if (inode == null || write && !inode.writable) {
                FileChannel channel = write
                        ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                        : FileChannel.open(path, StandardOpenOption.READ);
                inode = INODES.computeIfAbsent(key, absent -> new Inode());
                inode.channels.add(0, channel);
                inode.writable |= write;
            }
            inode.handles++;
            return new LockFile(key, inode.channels.get(0));
        }
    }

    /** Makes a file and opens it. */
    public static LockFile create(Path path) throws IOException {
        synchronized (INODES) {
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Object key = keyOf(path);
            Inode inode = new Inode();
            inode.channels.add(channel);
            inode.writable = true;
            inode.handles = 1;
            INODES.put(key, inode);
            return new LockFile(key, channel);
        }
    }

    /** The channel, to read, write and map; not to be closed. */
    public FileChannel channel() {
        return channel;
    }

    /** Tries to lock some bytes; empty if another process has them locked, or this one. */
    public Optional<FileLock> tryLock(long position, long bytes, boolean shared) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock(position, bytes, shared));
        } catch (OverlappingFileLockException ours) {
            return Optional.empty();
        }
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
        }
    }
}
