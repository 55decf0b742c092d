package io.datachunk.manager.state;

import io.datachunk.reader.format.BootId;
import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.Mapping;
import io.datachunk.reader.format.ReaderFile;
import io.datachunk.reader.format.RootFile;
import io.datachunk.reader.format.StateDirectory;
import io.datachunk.reader.format.StateFile;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Makes, recovers and switches the files of a state directory. Used by the {@link PublishedIndex} alone, which has
 * {@code agent.lock}.
 *
 * <p>At every step a crash leaves either the old epoch or the new one, whole: a state file is complete before {@code root}
 * names it, and {@code root} names it before the old one is superseded. Only then may anything be retired, so each start
 * repeats the superseding of whatever other epoch there is.
 */
final class StateFiles {
    static final int LEAST_CAPACITY = 1_024;

    private final StateDirectory directory;
    private final UUID volume;
    private final UUID boot;

    StateFiles(StateDirectory directory, UUID volume, UUID boot) {
        this.directory = directory;
        this.volume = volume;
        this.boot = boot;
    }

    /**
     * What is current.
     *
     * @param rootKey tells this {@code root} from one that takes its place
     * @param anew whether it was made anew, in a way that readers of this boot may not have come over from an older one
     */
    record Current(RootFile root, Object rootKey, StateFile state, boolean anew) {}

    /** The volume that the state of this boot belongs to. */
    static Optional<UUID> rememberedVolume(StateDirectory directory) throws IOException {
        Optional<RootFile> root = rootOf(directory);
        return root.isPresent() && root.get().boot().equals(BootId.current())
                ? Optional.of(root.get().volume())
                : Optional.empty();
    }

    /** Makes the directories, for readers of other users to write into. */
    void prepare() throws IOException {
        Files.createDirectories(directory.path());
        if (!Files.isDirectory(directory.readers())) {
            Files.createDirectory(directory.readers());
            Files.setAttribute(directory.readers(), "unix:mode", 01777);
        }
    }

    /** How many slots a file has that has room for so many chunks. */
    static int capacityFor(int chunks) {
        return chunks <= LEAST_CAPACITY ? LEAST_CAPACITY : Integer.highestOneBit(chunks - 1) << 1;
    }

    /** Goes on with the state of this boot if it can be read, else makes a new one with room for some chunks. */
    Current recoverOrMake(int chunks) throws IOException {
        Optional<RootFile> root = rootOf(directory);
        if (root.isPresent()
                && root.get().boot().equals(boot)
                && root.get().volume().equals(volume)) {
            Optional<StateFile> state = stateOf(root.get().epoch());
            if (state.isPresent() && state.get().current() >= 0) {
                supersedeOthers(root.get().epoch());
                return new Current(root.get(), LockFile.keyOf(directory.root()), state.get(), false);
            }
        }
        boolean otherBoot = root.isPresent() && !root.get().boot().equals(boot);
        long named = root.isPresent() ? root.get().epoch() : 0;
        long newest = Math.max(named, Math.max(newestStateFile(), newestReaderFile()));
        boolean somethingBefore = Files.exists(directory.root()) || newest > 0;
        return make(newest, otherBoot, somethingBefore, capacityFor(Math.min(chunks, StateFile.MAX_CAPACITY)));
    }

    private Current make(long newestBefore, boolean otherBoot, boolean somethingBefore, int capacity)
            throws IOException {
        if (otherBoot) {
            removeReaders(); // of processes that a boot has ended
        } else if (somethingBefore && Files.exists(directory.pins())) {
            // Whose locks are on it is not known: see OldPins.
            Files.move(directory.pins(), OldPins.nameFor(directory, newestBefore));
        }
        Current made = make(newestBefore + 1, capacity, otherBoot ? 0 : newestBefore);
        return new Current(made.root, made.rootKey, made.state, !otherBoot);
    }

    /** Makes a whole directory anew, in place of one that was wiped; the slots are for the caller to fill. */
    Current makeAgain(StateFile wiped) throws IOException {
        prepare();
        return make(Math.max(wiped.epoch(), newestStateFile()) + 1, wiped.capacity(), wiped.pinningEpoch());
    }

    private Current make(long epoch, int capacity, long pinningEpoch) throws IOException {
        Path unfinished = directory.root().resolveSibling("root.tmp");
        Files.deleteIfExists(unfinished);
        RootFile root = new RootFile(Mapping.create(unfinished, RootFile.BYTES));
        root.write(boot, volume, epoch);
        StateFile state = makeState(root, epoch, capacity, pinningEpoch);
        state.publish(1);
        ensurePins(capacity);
        readableByAll(unfinished);
        Files.move(unfinished, directory.root(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        supersedeOthers(epoch);
        return new Current(root, LockFile.keyOf(directory.root()), state, true);
    }

    /** A state file that nobody knows of yet, with no snapshot. */
    StateFile makeState(RootFile root, long epoch, int capacity, long pinningEpoch) throws IOException {
        Path path = directory.state(epoch);
        Files.deleteIfExists(path);
        MappedByteBuffer zeros = Mapping.create(path, StateFile.bytes(capacity));
        readableByAll(path);
        return StateFile.write(zeros, capacity, epoch, pinningEpoch, root);
    }

    /** Lets readers come over to a state file that is complete. */
    void switchTo(Current old, StateFile state) throws IOException {
        ensurePins(state.capacity());
        old.root.setEpoch(state.epoch());
        old.state.supersede();
        supersedeOthers(state.epoch());
    }

    private void ensurePins(int capacity) throws IOException {
        if (Files.exists(directory.pins())) {
            try (LockFile pins = LockFile.open(directory.pins(), true)) {
                pins.growTo(capacity);
            }
        } else {
            LockFile.create(directory.pins(), capacity).close();
            readableByAll(directory.pins());
        }
    }

    /** Whoever still maps an old epoch comes over; the files go, the mappings stay. */
    private void supersedeOthers(long epoch) throws IOException {
        for (Path file : stateFiles()) {
            if (StateDirectory.epochOf(file).orElse(epoch) == epoch) {
                continue;
            }
            try {
                MappedByteBuffer buffer = Mapping.map(file, true);
                if (StateFile.isState(buffer)) {
                    StateFile.supersede(buffer);
                }
                Files.deleteIfExists(file);
            } catch (NoSuchFileException gone) {
                // as it should be
            }
        }
    }

    private long newestStateFile() throws IOException {
        long newest = 0;
        for (Path file : stateFiles()) {
            newest = Math.max(newest, StateDirectory.epochOf(file).orElse(0));
        }
        return newest;
    }

    private long newestReaderFile() throws IOException {
        long newest = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.readers())) {
            for (Path path : files) {
                if (!path.toString().endsWith(StateDirectory.READER_SUFFIX)) {
                    continue;
                }
                try (LockFile file = LockFile.open(path, false)) {
                    MappedByteBuffer buffer = file.map(false);
                    if (ReaderFile.isUsable(buffer)) {
                        newest = Math.max(newest, ReaderFile.of(buffer).epoch());
                    }
                } catch (NoSuchFileException left) {
                    // holds nothing
                }
            }
        }
        return newest;
    }

    private List<Path> stateFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory.path())) {
            for (Path file : all) {
                OptionalLong epoch = StateDirectory.epochOf(file);
                if (epoch.isPresent()) {
                    files.add(file);
                }
            }
        }
        return files;
    }

    private void removeReaders() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.readers())) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static Optional<RootFile> rootOf(StateDirectory directory) throws IOException {
        try {
            RootFile root = new RootFile(Mapping.map(directory.root(), Files.isWritable(directory.root())));
            return root.isRoot() && root.abi() == StateDirectory.ABI ? Optional.of(root) : Optional.empty();
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    private Optional<StateFile> stateOf(long epoch) throws IOException {
        try {
            MappedByteBuffer buffer = Mapping.map(directory.state(epoch), true);
            return StateFile.isUsable(buffer, boot, volume) ? Optional.of(StateFile.of(buffer)) : Optional.empty();
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    private static void readableByAll(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    }
}
