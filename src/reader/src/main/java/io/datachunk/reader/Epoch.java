package io.datachunk.reader;

import io.datachunk.reader.ReaderOptions.Holding;
import io.datachunk.reader.format.BootId;
import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.Mapping;
import io.datachunk.reader.format.RootFile;
import io.datachunk.reader.format.StateDirectory;
import io.datachunk.reader.format.StateFile;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One epoch of the state as this process has it mapped.
 *
 * @param rootKey tells the {@code root} that named the epoch from one that took its place
 */
record Epoch(Object rootKey, RootFile root, StateFile state) {
    private static final int ATTEMPTS = 1_000;
    private static final long PAUSE_NANOS = 1_000_000;
    private static final int PAGE_BYTES = 4_096;

    /** Maps the current epoch, trying again while the manager switches. */
    static Epoch map(StateDirectory directory) throws IOException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Object rootKey;
            RootFile root;
            try {
                rootKey = LockFile.keyOf(directory.root());
                root = new RootFile(Mapping.map(directory.root(), false));
            } catch (NoSuchFileException e) {
                throw Refusals.noAgent(directory);
            }
            if (!root.isRoot()) {
                throw Refusals.damaged(directory);
            }
            if (root.abi() != StateDirectory.ABI) {
                throw Refusals.otherVersion(directory, root.abi());
            }
            if (!root.boot().equals(BootId.current())) {
                throw Refusals.otherBoot(directory);
            }
            StateFile state = mapState(directory, root);
            if (state != null && state.current() >= 0) {
                return new Epoch(rootKey, root, state);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw Refusals.damaged(directory);
    }

    private static @Nullable StateFile mapState(StateDirectory directory, RootFile root) throws IOException {
        MappedByteBuffer buffer;
        try {
            buffer = Mapping.map(directory.state(root.epoch()), false);
        } catch (NoSuchFileException superseded) {
            return null;
        }
        if (!StateFile.isUsable(buffer, root.boot(), root.volume())) {
            throw Refusals.damaged(directory);
        }
        touch(buffer);
        return StateFile.of(buffer);
    }

    /** Page faults happen here rather than in the first finds. */
    private static void touch(MappedByteBuffer buffer) {
        int sum = 0;
        for (int at = 0; at < buffer.capacity(); at += PAGE_BYTES) {
            sum += buffer.get(at);
        }
        if (sum == Integer.MIN_VALUE) {
            throw new IllegalStateException(); // never: a reason to keep the loop
        }
    }

    /** Whether the manager has gone on with another epoch or another directory, as far as can be seen. */
    boolean isOver(StateDirectory directory) {
        if (state.current() < 0 || root.epoch() != state.epoch()) {
            return true;
        }
        try {
            return !LockFile.keyOf(directory.root()).equals(rootKey);
        } catch (IOException gone) {
            return false; // nobody has made a new one yet
        }
    }

    /** Begins to count references of this epoch, as the directory allows. */
    References references(StateDirectory directory, ReaderOptions options, @Nullable Pins earlier) throws IOException {
        boolean counters = options.holding() == Holding.COUNTERS
                || options.holding() == Holding.AUTOMATIC && isWritableMemory(directory);
        if (counters) {
            try {
                return Counters.create(directory, state);
            } catch (FileSystemException e) {
                if (options.holding() == Holding.COUNTERS) {
                    throw e;
                }
            }
        }
        if (earlier != null && earlier.key().equals(LockFile.keyOf(directory.pins()))) {
            earlier.comeOver(state);
            return earlier;
        }
        return Pins.open(directory.pins(), options.idlePins(), state);
    }

    /** A store into a mapped file on a disk stalls while the disk flushes. */
    private static boolean isWritableMemory(StateDirectory directory) {
        if (!Files.isWritable(directory.readers())) {
            return false;
        }
        try {
            return directory.isInMemory()
                    && !Files.getFileStore(directory.readers()).isReadOnly();
        } catch (IOException unknown) {
            return false;
        }
    }
}
