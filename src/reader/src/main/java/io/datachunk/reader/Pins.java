package io.datachunk.reader;

import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.SlotWord;
import io.datachunk.reader.format.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * References as shared locks on bytes of {@code pins}, for processes that cannot write memory which the manager sees: byte
 * <i>slot</i> is locked while a counter on the heap says so. Thread-safe.
 *
 * <p>A lock costs a system call, so it outlives its last reference, and the next one is as cheap as a counter. Locks that
 * stand in the way of the manager (the slot is not live) go with their last reference or at the next tick. Of idle ones a
 * number is kept, for each lock of a file costs 40 ns more for every other that the process has there: another goes whenever one more than that is
 * taken, and what is too much in spite of that at the next tick. {@code tryLock} is not interruptible, so any thread may do it.
 */
final class Pins implements References {
    /** How many locks to look at for one that is idle: where most are in use, keeping one more costs less than the search. */
    private static final int LOOKS = 8;

    private final LockFile file;
    private final int idleKept;
    private volatile StateFile state;
    private volatile Pin[] pins = {};

    /** Those that are locked. */
    private final Set<Pin> locked = ConcurrentHashMap.newKeySet();

    private Pins(LockFile file, int idleKept, StateFile state) {
        this.file = file;
        this.idleKept = idleKept;
        this.state = state;
    }

    static Pins open(Path path, int idleKept, StateFile state) throws IOException {
        Pins opened = new Pins(LockFile.open(path, false), idleKept, state);
        opened.comeOver(state);
        return opened;
    }

    /** Goes on with another epoch of the same slots. */
    synchronized void comeOver(StateFile newState) {
        Pin[] old = pins;
        if (newState.capacity() > old.length) {
            Pin[] grown = Arrays.copyOf(old, newState.capacity());
            for (int slot = old.length; slot < grown.length; slot++) {
                grown[slot] = new Pin(slot);
            }
            pins = grown;
        }
        state = newState;
    }

    /** Which file the locks are on. */
    Object key() {
        return file.key();
    }

    /** One byte: its references, or {@link #UNLOCKED}. */
    private static final class Pin extends AtomicInteger {
        private static final long serialVersionUID = 1;
        private static final int UNLOCKED = -1;

        private final int slot;

        /** Guarded by this. */
        private transient @Nullable FileLock lock;

        Pin(int slot) {
            super(UNLOCKED);
            this.slot = slot;
        }
    }

    @Override
    public boolean acquire(int slot, int stripe) {
        Pin pin = pins[slot];
        while (true) {
            int references = pin.get();
            if (references == Pin.UNLOCKED) {
                return lock(pin) || retried(pin);
            }
            if (pin.compareAndSet(references, references + 1)) {
                return true;
            }
        }
    }

    /** Whether another thread has locked the byte meanwhile, so that there is nothing to refuse. */
    private boolean retried(Pin pin) {
        int references = pin.get();
        return references != Pin.UNLOCKED && pin.compareAndSet(references, references + 1);
    }

    private boolean lock(Pin pin) {
        if (locked.size() >= idleKept) {
            unlockAnIdleOne();
        }
        synchronized (pin) {
            if (pin.get() != Pin.UNLOCKED) {
                return false;
            }
            try {
                Optional<FileLock> lock = file.tryLock(pin.slot, 1, true);
                if (lock.isEmpty()) {
                    return false;
                }
                pin.lock = lock.get();
                locked.add(pin);
                pin.set(1);
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot lock a byte of the state directory's pins", e);
            }
        }
    }

    private void unlockAnIdleOne() {
        int looks = LOOKS;
        for (Pin other : locked) {
            if (other.get() == 0) {
                unlock(other);
                return;
            }
            if (--looks == 0) {
                return;
            }
        }
    }

    @Override
    public void release(int slot, int stripe) {
        Pin pin = pins[slot];
        if (pin.decrementAndGet() == 0 && !isLive(slot)) {
            unlock(pin);
        }
    }

    private boolean isLive(int slot) {
        StateFile now = state;
        return slot < now.capacity() && SlotWord.state(now.slotWord(slot)) == SlotWord.LIVE;
    }

    /** Gives a byte back unless it is in use again. Whoever wants it now waits for the monitor, and locks it again. */
    private void unlock(Pin pin) {
        synchronized (pin) {
            FileLock lock = pin.lock;
            if (lock == null || !pin.compareAndSet(0, Pin.UNLOCKED)) {
                return;
            }
            pin.lock = null;
            locked.remove(pin);
            try {
                lock.release();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot unlock a byte of the state directory's pins", e);
            }
        }
    }

    @Override
    public boolean holds(int slot) {
        Pin[] all = pins;
        return slot < all.length && all[slot].get() > 0;
    }

    @Override
    public boolean holdsAnything() {
        return locked.stream().anyMatch(pin -> pin.get() > 0);
    }

    @Override
    public void tick() {
        List<Pin> idle = new ArrayList<>();
        for (Pin pin : locked) {
            if (pin.get() == 0) {
                idle.add(pin);
            }
        }
        int tooMany = idle.size() - idleKept;
        for (Pin pin : idle) {
            if (tooMany-- > 0 || !isLive(pin.slot)) {
                unlock(pin);
            }
        }
    }

    @Override
    public void leave() throws IOException {
        for (Pin pin : locked) {
            unlock(pin);
        }
        file.close();
    }
}
