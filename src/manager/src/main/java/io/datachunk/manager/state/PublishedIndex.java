package io.datachunk.manager.state;

import io.datachunk.manager.Holder;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.format.BootId;
import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.LockFile;
import io.datachunk.reader.format.SlotWord;
import io.datachunk.reader.format.StateDirectory;
import io.datachunk.reader.format.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state files as their one writer has them: publishes snapshots, and judges when nobody holds a chunk any more. Guarded
 * by this: whoever opens it makes the first change, the planner thread all others, and a thread of its own beats and looks
 * whether the directory is still there.
 *
 * <p>Retiring goes in an order that readers rely on. (1) A snapshot without the chunks is published. (2) Their slots say
 * RETIRING; a full fence. (3) Only then are the readers listed, and (4) their counters and pins looked at. A reader counts
 * first and then looks at the slot, so one of the two sees the other. A slot that nobody holds says DELETING, and is free
 * for another chunk, under another generation, when its directory is out of the way.
 */
public final class PublishedIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedIndex.class);

    /** What the state of this boot remembered of a chunk when it was opened. */
    public enum Remembered {
        LIVE,
        RETIRING,
        DELETING
    }

    private final StateDirectory directory;
    private final StateTimes times;
    private final StateFiles files;
    private final ReaderFiles readers;
    private final PinProbe pins;
    private final OldPins oldPins;
    private final Holders holders;
    private final Map<ChunkDirectory, Remembered> remembered;
    private final Thread heart;
    private AgentLock lock;
    private StateFiles.Current current;
    private Slots slots;
    private SnapshotWriter snapshots;

    /** Slots that readers of a directory before this one may hold without this one saying so, and for how long. */
    private final BitSet graced = new BitSet();

    private int graceTicks;
    private boolean changed;
    private boolean closed;

    /** What the snapshot has that was published last. Replaced as a whole. */
    private volatile List<ChunkId> listed;

    private PublishedIndex(StateDirectory directory, UUID volume, int chunks, StateTimes times, AgentLock lock)
            throws IOException {
        this.directory = directory;
        this.times = times;
        this.lock = lock;
        this.files = new StateFiles(directory, volume, BootId.current());
        files.prepare();
        if (!directory.isInMemory()) {
            LOG.info(
                    "the state directory {} is on a disk: readers lock bytes instead of counting in memory, which costs"
                            + " microseconds more; put it on a tmpfs that they share",
                    directory.path());
        }
        this.current = files.recoverOrMake(chunks);
        this.graceTicks = current.anew() ? times.graceTicks() : 0;
        this.slots = Slots.of(current.state());
        this.remembered = slots.remembered();
        this.readers = new ReaderFiles(directory, times);
        this.pins = new PinProbe(directory);
        this.oldPins = OldPins.of(directory);
        this.holders = new Holders();
        this.snapshots = snapshotsOf(current.state(), slots);
        snapshots.publish();
        this.listed = slots.liveIds();
        this.heart = new Thread(this::beatUntilClosed, "datachunk-state");
        heart.setDaemon(true);
    }

    /**
     * The volume that the state of this boot belongs to; empty if there is no state of this boot. Takes no lock.
     *
     * @throws IOException if there is one and it cannot be read
     */
    public static Optional<UUID> rememberedVolume(Path stateDir) throws IOException {
        return StateFiles.rememberedVolume(new StateDirectory(stateDir));
    }

    /**
     * Takes {@code agent.lock} (retrying for 15 s) and maps, recovers or makes the state.
     *
     * <p>Where the state is made anew, chunks that the first {@link #change} adds may be held by readers that have not come
     * over yet, so those are not drained before readers had 10 s: add then what was found on disk, and nothing else.
     *
     * @param chunks how many it will have at first: a state that is made anew has room for them
     * @throws IOException in one line that says what to change: another manager runs, or the directory cannot be used
     */
    public static PublishedIndex open(Path stateDir, UUID volume, int chunks) throws IOException {
        return open(stateDir, volume, chunks, StateTimes.DEFAULTS);
    }

    static PublishedIndex open(Path stateDir, UUID volume, int chunks, StateTimes times) throws IOException {
        StateDirectory directory = new StateDirectory(stateDir);
        Files.createDirectories(stateDir);
        AgentLock lock = AgentLock.take(directory, times.lockPatience());
        try {
            PublishedIndex opened = new PublishedIndex(directory, volume, chunks, times, lock);
            opened.heart.start();
            return opened;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** What was remembered at {@link #open}, LIVE ones included: they stay published until they are retired. */
    public Map<ChunkDirectory, Remembered> remembered() {
        return remembered;
    }

    /**
     * Publishes one snapshot with {@code added} (new or RETIRING ones) and without {@code retired}, which start RETIRING.
     * What is so already, or is not known, is left as it is. Each chunk is in each of them once.
     *
     * @throws UncheckedIOException if the index needs to grow and there is no room for it; then nothing has changed
     */
    public synchronized void change(Collection<ChunkDirectory> added, Collection<ChunkDirectory> retired) {
        List<ChunkDirectory> in = new ArrayList<>(added.size());
        for (ChunkDirectory chunk : added) {
            if (slots.mayGoLive(chunk)) {
                in.add(chunk);
            }
        }
        List<Integer> out = new ArrayList<>();
        for (ChunkDirectory chunk : retired) {
            slots.find(chunk, SlotWord.LIVE)
                    .filter(slot -> !added.contains(chunk))
                    .ifPresent(out::add);
        }
        growFor(in);
        for (ChunkDirectory chunk : in) {
            int slot = slots.goLive(chunk);
            snapshots.add(chunk, slots.name(slot));
            if (!changed && current.anew()) {
                graced.set(slot);
            }
        }
        changed = true;
        for (int slot : out) {
            snapshots.remove(slots.directory(slot), slots.name(slot));
        }
        if (in.isEmpty() && out.isEmpty()) {
            return;
        }
        snapshots.publish();
        for (int slot : out) {
            slots.retire(slot);
            holders.forget(slots.directory(slot));
        }
        VarHandle.fullFence();
        listed = slots.liveIds();
    }

    /** The ids of published chunks, each once, in no order. Any thread, at once: whoever asks does not pay for their number. */
    public List<ChunkId> listed() {
        return listed;
    }

    private void growFor(List<ChunkDirectory> added) {
        if (slots.haveRoomFor(added.size())) {
            return;
        }
        int needed = slots.neededFor(added);
        if (needed <= current.state().capacity()) {
            return;
        }
        if (needed > StateFile.MAX_CAPACITY) {
            throw new IllegalStateException("the index holds " + StateFile.MAX_CAPACITY + " chunks a node at most");
        }
        try {
            grow(StateFiles.capacityFor(needed));
        } catch (IOException e) {
            throw new UncheckedIOException("no room for a larger index in " + directory.path(), e);
        }
    }

    /** Goes on with a larger state file that has the same chunks in the same slots. */
    private void grow(int capacity) throws IOException {
        StateFile old = current.state();
        StateFile grown = files.makeState(current.root(), old.epoch() + 1, capacity, old.pinningEpoch());
        Slots copied = slots.copyTo(grown);
        SnapshotWriter writer = snapshotsOf(grown, copied);
        writer.publish();
        files.switchTo(current, grown);
        current = new StateFiles.Current(current.root(), current.rootKey(), grown, current.anew());
        slots = copied;
        snapshots = writer;
    }

    private static SnapshotWriter snapshotsOf(StateFile state, Slots slots) {
        SnapshotWriter writer = new SnapshotWriter(state);
        for (int slot = 0; slot < state.capacity(); slot++) {
            if (slots.isLive(slot)) {
                writer.add(slots.directory(slot), slots.name(slot));
            }
        }
        return writer;
    }

    /** Looks at every reference; RETIRING chunks without any become DELETING and are returned, once. */
    public synchronized List<ChunkDirectory> drained() {
        BitSet waiting = slots.retiring();
        if (waiting.isEmpty()) {
            return List.of();
        }
        try {
            return drained(waiting);
        } catch (IOException e) {
            LOG.warn("cannot see who holds chunks, so none is deleted: {}", directory.path(), e);
            return List.of();
        }
    }

    private List<ChunkDirectory> drained(BitSet waiting) throws IOException {
        readers.refresh();
        // After the readers were listed: a directory that was wiped lists none, and then this says so.
        if (!isStillHere()) {
            makeAgain();
            return List.of();
        }
        if (graceTicks > 0) {
            waiting.andNot(graced);
        }
        if (readers.mayHoldEverything(current.state().pinningEpoch()) || oldPins.holdSomething()) {
            return List.of();
        }
        BitSet counted = new BitSet();
        waiting.stream().filter(readers::hold).forEach(counted::set);
        BitSet free = (BitSet) waiting.clone();
        free.andNot(counted);
        BitSet pinned = pins.pinned(free);
        free.andNot(pinned);
        holders.saw(slots, counted, readers);
        List<ChunkDirectory> drained = new ArrayList<>();
        free.stream().forEach(slot -> {
            slots.delete(slot);
            holders.forget(slots.directory(slot));
            drained.add(slots.directory(slot));
        });
        return drained;
    }

    /** The directory of a DELETING chunk is out of the way: its slot is free for another. */
    public synchronized void deleted(ChunkDirectory chunk) {
        slots.find(chunk, SlotWord.DELETING).ifPresent(slot -> {
            slots.free(slot);
            graced.clear(slot);
        });
    }

    /** Who holds what, asked now. Any thread. */
    public synchronized Map<ChunkDirectory, List<Holder>> holders() {
        try {
            readers.refresh();
            BitSet used = slots.used();
            return holders.of(slots, used, readers, pins.pinned(used));
        } catch (IOException e) {
            LOG.warn("cannot see who holds chunks: {}", directory.path(), e);
            return Map.of();
        }
    }

    private void beatUntilClosed() {
        while (tick()) {
            try {
                Thread.sleep(times.tick());
            } catch (InterruptedException e) {
                // nobody has a reason to, and the heartbeat must go on
            }
        }
    }

    /** Whether to go on. */
    private synchronized boolean tick() {
        if (closed) {
            return false;
        }
        current.state().beat();
        graceTicks = Math.max(0, graceTicks - 1);
        try {
            readers.refresh();
            if (!isStillHere()) {
                makeAgain();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("the state directory {} is not as it should be; trying again", directory.path(), e);
        }
        return true;
    }

    private boolean isStillHere() {
        try {
            return LockFile.keyOf(directory.root()).equals(current.rootKey());
        } catch (IOException gone) {
            return false;
        }
    }

    /** Somebody wiped the directory: makes it again, and gives readers time to come over and say what they hold. */
    private void makeAgain() throws IOException {
        LOG.error(
                "the state directory {} was wiped or replaced while in use: making it again; no chunk of now is deleted"
                        + " before readers have had time to come over",
                directory.path());
        graced.or(slots.used());
        graceTicks = times.graceTicks();
        Files.createDirectories(directory.path());
        takeLockAgain();
        StateFile old = current.state();
        current = files.makeAgain(old);
        Slots copied = slots.copyTo(current.state());
        snapshots = snapshotsOf(current.state(), copied);
        snapshots.publish();
        slots = copied;
        old.supersede();
        pins.comeOver();
    }

    private void takeLockAgain() throws IOException {
        if (Files.exists(directory.agentLock())
                && LockFile.keyOf(directory.agentLock()).equals(lock.key())) {
            return;
        }
        AgentLock again = AgentLock.take(directory, Duration.ZERO);
        lock.close();
        lock = again;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            readers.close();
            pins.close();
            oldPins.close();
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
