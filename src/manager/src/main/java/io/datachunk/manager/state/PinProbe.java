package io.datachunk.manager.state;

import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.StateDirectory;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Finds out which bytes of {@code pins} are locked, by trying to lock them exclusively for an instant. Owned by the
 * {@link PublishedIndex}.
 *
 * <p>A reader that comes in that instant is refused, and looks again. One try for all bytes is enough where nobody pins;
 * where somebody does, halves are tried.
 */
final class PinProbe {
    private final StateDirectory directory;
    private LockFile pins;

    /** Of directories that were wiped while this process ran; the slots are the same. */
    private final List<LockFile> earlier = new ArrayList<>();

    PinProbe(StateDirectory directory) throws IOException {
        this.directory = directory;
        this.pins = LockFile.open(directory.pins(), true);
    }

    /** Goes on with the file of a directory that was made anew, and still looks at the one before while it is locked. */
    void comeOver() throws IOException {
        if (!pins.key().equals(LockFile.keyOf(directory.pins()))) {
            earlier.add(pins);
            pins = LockFile.open(directory.pins(), true);
        }
    }

    /** Which of these slots somebody has pinned. */
    BitSet pinned(BitSet slots) throws IOException {
        BitSet found = new BitSet();
        look(pins, slots, found);
        for (Iterator<LockFile> each = earlier.iterator(); each.hasNext(); ) {
            LockFile file = each.next();
            if (isFree(file, 0, Long.MAX_VALUE)) {
                file.close();
                each.remove();
            } else {
                look(file, slots, found);
            }
        }
        return found;
    }

    private static void look(LockFile file, BitSet slots, BitSet found) throws IOException {
        if (!slots.isEmpty()) {
            look(file, slots, found, slots.nextSetBit(0), slots.length());
        }
    }

    private static void look(LockFile file, BitSet slots, BitSet found, int from, int to) throws IOException {
        int first = slots.nextSetBit(from);
        if (first < 0 || first >= to || isFree(file, first, to - first)) {
            return;
        }
        if (to - first == 1) {
            found.set(first);
            return;
        }
        int middle = first + (to - first) / 2;
        look(file, slots, found, first, middle);
        look(file, slots, found, middle, to);
    }

    private static boolean isFree(LockFile file, long from, long bytes) throws IOException {
        Optional<FileLock> lock = file.tryLock(from, bytes, false);
        if (lock.isPresent()) {
            lock.get().release();
        }
        return lock.isPresent();
    }

    void close() throws IOException {
        pins.close();
        for (LockFile file : earlier) {
            file.close();
        }
    }
}
