package io.datachunk.reader;

import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.Mapping;
import io.datachunk.reader.format.ReaderFile;
import io.datachunk.reader.format.RootFile;
import io.datachunk.reader.format.SlotWord;
import io.datachunk.reader.format.StateDirectory;
import io.datachunk.reader.format.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A state and a reader's file, each mapped twice as by two processes, with a slot for every state that jcstress has at a
 * time. Thread-safe: who uses a slot is up to the states.
 */
final class StressedSlots {
    /** Many times what jcstress has alive at once, by its defaults. */
    private static final int CAPACITY = 1 << 17;

    private static final int STRIPE = 0;
    private static final long VERSION = 1;
    private static final StressedSlots ONE = create();

    private final StateFile managersState;
    private final ReaderFile managersView;
    private final Attachment readers;
    private final AtomicInteger next = new AtomicInteger();

    private StressedSlots(StateFile managersState, ReaderFile managersView, Attachment readers) {
        this.managersState = managersState;
        this.managersView = managersView;
        this.readers = readers;
    }

    private static StressedSlots create() {
        try {
            StateDirectory directory = new StateDirectory(Files.createTempDirectory("stressed-slots"));
            Files.createDirectory(directory.readers());
            RootFile root = new RootFile(Mapping.create(directory.root(), RootFile.BYTES));
            root.write(new UUID(1, 2), new UUID(3, 4), 1);
            StateFile managers = StateFile.write(
                    Mapping.create(directory.state(1), StateFile.bytes(CAPACITY)), CAPACITY, 1, 0, root);
            managers.publish(VERSION);
            ChunkId id = new ChunkId(1, 2, 3, 4);
            for (int slot = 0; slot < CAPACITY; slot++) {
                managers.setDirectory(
                        slot, new ChunkDirectory(new DatasetId(1, 2, 3, 4), new BlockRange(slot, slot + 1L), id, 1));
            }
            StateFile readers = StateFile.of(Mapping.map(directory.state(1), false));
            Attachment attachment = new Attachment(readers, Counters.create(directory, readers), directory.path());
            ReaderFile view;
            try (var files = Files.newDirectoryStream(directory.readers())) {
                Iterator<Path> file = files.iterator();
                Path path = file.next();
                view = ReaderFile.of(Mapping.map(path, false)); // drops the lock: nobody looks at it here
                Files.delete(path);
            }
            for (Path path : new Path[] {directory.readers(), directory.state(1), directory.root(), directory.path()}) {
                Files.delete(path);
            }
            return new StressedSlots(managers, view, attachment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A live chunk that nobody holds. */
    static int liveChunk() {
        int slot = ONE.next.getAndIncrement() & CAPACITY - 1;
        while (ONE.managersView.holds(slot)) {
            ONE.readers.release(slot, STRIPE); // what an earlier state of the slot took
        }
        ONE.managersState.setSlotWord(slot, SlotWord.of(1, SlotWord.LIVE));
        return SlotWord.chunk(slot, SlotWord.of(1, SlotWord.LIVE));
    }

    /** A reference to it, as a find takes it before it may be given out; one of each kind in turn. */
    static HeldChunk held(int chunk) {
        int slot = SlotWord.slotOf(chunk);
        ONE.readers.acquire(slot, STRIPE);
        return slot % 2 == 0 ? new HeldChunk(ONE.readers, chunk, STRIPE) : new KeptChunk(ONE.readers, chunk, STRIPE);
    }

    /** What a find does once it has found a chunk: whether it holds it. */
    static boolean acquire(int chunk) {
        int slot = SlotWord.slotOf(chunk);
        ONE.readers.acquire(slot, STRIPE);
        StateFile state = ONE.readers.state;
        if (SlotWord.isLive(state.slotWord(slot), chunk) && state.isFresh(VERSION)) {
            return true;
        }
        ONE.readers.release(slot, STRIPE);
        return false;
    }

    /** What the manager does first. */
    static void retire(int chunk) {
        ONE.managersState.setSlotWord(SlotWord.slotOf(chunk), SlotWord.of(1, SlotWord.RETIRING));
        VarHandle.fullFence();
    }

    /** What the manager does then: whether it sees that somebody holds the chunk. */
    static boolean isSeenHeld(int chunk) {
        return ONE.managersView.holds(SlotWord.slotOf(chunk));
    }
}
