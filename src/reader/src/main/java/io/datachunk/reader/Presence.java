package io.datachunk.reader;

import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.SlotWord;
import io.datachunk.reader.format.StateDirectory;
import io.datachunk.reader.format.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This process's part in one state directory, shared by all of its indexes: they count in one file or lock bytes through
 * one descriptor. Thread-safe: everything is guarded by this; finds never come here but to change the epoch.
 *
 * <p>It begins with the first index and ends when the last is closed <em>and</em> nothing is held any more: references
 * outlive the index that gave them.
 */
final class Presence {
    /** Guarded by itself. */
    private static final Map<Object, Presence> PRESENT = new HashMap<>();

    private final StateDirectory directory;
    private final Object key;
    private final ReaderOptions options;
    private final List<ChunkIndex> indexes = new ArrayList<>();

    /** Of earlier epochs, as long as something is held there. */
    private final List<References> earlier = new ArrayList<>();

    private final List<Carried> carried = new ArrayList<>();
    private @Nullable Epoch epoch;
    private @Nullable References references;
    private boolean over;

    private Presence(StateDirectory directory, Object key, ReaderOptions options) {
        this.directory = directory;
        this.key = key;
        this.options = options;
    }

    /**
     * What is held of a slot of a directory that was replaced, and so needs to be held in the new one too.
     *
     * @param inNew whose slot of the new directory is held for it; absent while the new manager has not published it
     */
    private record Carried(
            StateFile oldState,
            References old,
            int slot,
            @Nullable HeldChunk inNew) {}

    /** Lets an index take part; it is attached when this returns. */
    static Presence enter(StateDirectory directory, ReaderOptions options, ChunkIndex index) throws IOException {
        Object key;
        try {
            key = LockFile.keyOf(directory.path());
        } catch (NoSuchFileException e) {
            throw Refusals.noAgent(directory);
        }
        while (true) {
            Presence presence;
            synchronized (PRESENT) {
                presence = PRESENT.computeIfAbsent(key, absent -> new Presence(directory, absent, options));
            }
            if (presence.enter(index)) {
                return presence;
            }
        }
    }

    /** Whether this presence is not over yet. */
    private synchronized boolean enter(ChunkIndex index) throws IOException {
        if (over) {
            return false;
        }
        if (epoch == null || references == null) {
            try {
                Epoch first = Epoch.map(directory);
                AgentCheck.check(directory, first.state(), options);
                come();
            } catch (IOException | RuntimeException e) {
                end();
                throw e;
            }
            Thread ticker = new Thread(this::tickUntilOver, "datachunk-reader");
            ticker.setDaemon(true);
            ticker.setContextClassLoader(null);
            ticker.start();
        } else {
            comeOverIfNeeded();
        }
        indexes.add(index);
        attach(index);
        return true;
    }

    /** The index takes part no longer, and has no attachment. */
    synchronized void leave(ChunkIndex index) {
        indexes.remove(index);
        endIfUnused();
    }

    /** Goes on with the epoch that the manager has switched to, unless another thread has done so. */
    synchronized void comeOver() {
        try {
            comeOverIfNeeded();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the agent has made a new index in " + directory.path() + ", and it cannot be used", e);
        }
    }

    private void comeOverIfNeeded() throws IOException {
        Epoch old = epoch;
        if (old != null && old.isOver(directory)) {
            come();
        }
    }

    /** Maps the current epoch and moves every index there. */
    private void come() throws IOException {
        Epoch oldEpoch = epoch;
        References oldReferences = references;
        Epoch newEpoch;
        References newReferences;
        while (true) {
            newEpoch = Epoch.map(directory);
            newReferences = newEpoch.references(directory, options, oldReferences instanceof Pins pins ? pins : null);
            if (newEpoch.state().current() >= 0) {
                break;
            }
            if (newReferences != oldReferences) {
                newReferences.leave();
            }
        }
        epoch = newEpoch;
        references = newReferences;
        for (ChunkIndex index : indexes) {
            attach(index);
        }
        if (oldEpoch != null && oldReferences != null && newReferences != oldReferences) {
            earlier.add(oldReferences);
            if (!oldEpoch.rootKey().equals(newEpoch.rootKey())) {
                carryOver(oldEpoch.state(), oldReferences);
            }
        }
        forgetEarlier();
    }

    /** What an index finds from now on is held in the current epoch. */
    private void attach(ChunkIndex index) {
        Epoch current = epoch;
        References counted = references;
        if (current != null && counted != null) {
            index.attach(new Attachment(current.state(), counted, index.dataDir()));
        }
    }

    private void carryOver(StateFile oldState, References old) {
        for (int slot = 0; slot < oldState.capacity(); slot++) {
            if (old.holds(slot)) {
                carried.add(new Carried(oldState, old, slot, null));
            }
        }
        carryOn();
    }

    /** Holds in the new directory what is held in the old one, and no longer. */
    private void carryOn() {
        List<Carried> still = new ArrayList<>();
        for (Carried one : carried) {
            if (!one.old.holds(one.slot)) {
                if (one.inNew != null) {
                    one.inNew.close();
                }
            } else {
                still.add(
                        one.inNew != null
                                ? one
                                : new Carried(one.oldState, one.old, one.slot, hold(one.oldState.directory(one.slot))));
            }
        }
        carried.clear();
        carried.addAll(still);
    }

    /** Holds a directory in the current epoch, also while it is being retired; null if it is not there. */
    private @Nullable HeldChunk hold(ChunkDirectory wanted) {
        Epoch current = epoch;
        References counted = references;
        if (current == null || counted == null) {
            return null;
        }
        StateFile state = current.state();
        Attachment attachment = new Attachment(state, counted, directory.path());
        for (int slot = 0; slot < state.capacity(); slot++) {
            if (!isHere(state.slotWord(slot)) || !state.hasId(slot, wanted.id()) || !attachment.acquire(slot, 0)) {
                continue;
            }
            long word = state.slotWord(slot);
            if (isHere(word) && state.directory(slot).equals(wanted)) {
                return new HeldChunk(attachment, SlotWord.chunk(slot, word), 0);
            }
            attachment.release(slot, 0);
        }
        return null;
    }

    private static boolean isHere(long word) {
        return SlotWord.state(word) == SlotWord.LIVE || SlotWord.state(word) == SlotWord.RETIRING;
    }

    private void tickUntilOver() {
        while (tick()) {
            try {
                Thread.sleep(options.tickMs());
            } catch (InterruptedException e) {
                // nobody has a reason to, and the heartbeat must go on
            }
        }
    }

    /** Whether there is more to do. */
    private synchronized boolean tick() {
        if (references != null) {
            references.tick();
        }
        earlier.forEach(References::tick);
        try {
            comeOverIfNeeded();
        } catch (IOException | RuntimeException e) {
            // the epoch at hand goes on as well as it can; finds report why it does not, and the next tick tries again
        }
        carryOn();
        forgetEarlier();
        endIfUnused();
        return !over;
    }

    private void forgetEarlier() {
        earlier.removeIf(one -> !one.holdsAnything() && left(one));
    }

    private void endIfUnused() {
        if (over || !indexes.isEmpty() || !earlier.isEmpty() || references != null && references.holdsAnything()) {
            return;
        }
        if (references == null || left(references)) {
            end();
        }
    }

    private void end() {
        over = true;
        synchronized (PRESENT) {
            PRESENT.remove(key, this);
        }
    }

    private static boolean left(References references) {
        try {
            references.leave();
        } catch (IOException e) {
            // The file stays, and counts nothing; the manager removes it when this process has ended.
        }
        return true;
    }
}
