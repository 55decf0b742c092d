package io.datachunk.manager;

import io.datachunk.manager.plan.Event;
import io.datachunk.manager.plan.Plan;
import io.datachunk.manager.state.PublishedIndex;
import io.datachunk.manager.state.PublishedIndex.Remembered;
import io.datachunk.manager.store.ChunkStore;
import io.datachunk.manager.store.SpaceLedger;
import io.datachunk.manager.transfer.ResumeRecord;
import io.datachunk.manager.transfer.Transfers;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.BootId;
import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the chunks of one data directory as they are desired: downloads what is missing, publishes what is complete, and
 * deletes what is undesired once nobody holds it.
 *
 * <p>Calls return at once and take effect soon; none blocks on I/O or on another caller. The last call for an id wins.
 * Thread-safe. One manager at a time has a data directory, in this process or any other.
 */
public final class DataManager implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataManager.class);

    /** Everything that was opened, newest first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private final Planner planner;
    private final StatusBoard board;
    private final PublishedIndex published;
    private final ChunkIndex index;
    private final Transfers transfers;
    private final UUID volumeId;
    private final VolumeWatch volume;
    private final Listeners<ChunkStatus> changes;
    private final Listeners<DownloadEnd> downloads;
    private volatile boolean closed;

    private DataManager(Path dataDir, Options options) throws IOException {
        boolean whole = false;
        try {
            Path stateDir =
                    options.stateDir().orElse(StateDirectory.defaultOf(dataDir).path());
            Optional<UUID> remembered = options.expectedVolume().isPresent()
                    ? options.expectedVolume()
                    : PublishedIndex.rememberedVolume(stateDir);
            // First, for it reads files that may be unusable: then nothing is touched yet.
            transfers = keep(new Transfers(options, BootId.current().toString()));
            ChunkStore store = keep(ChunkStore.open(dataDir, remembered, options.acceptNewVolume()));
            volumeId = store.volume();
            ChunkStore.Found onDisk =
                    store.list(staging -> ResumeRecord.read(staging).isPresent());
            published = keep(
                    PublishedIndex.open(stateDir, volumeId, onDisk.complete().size()));
            Plan.Found found = found(onDisk, published.remembered());
            // Also when there is nothing: the index takes its first change for what was found, which readers may hold
            // already.
            published.change(found.live(), found.retiring());
            SpaceLedger space = new SpaceLedger(dataDir, options.diskReserveBytes());
            ExecutorService telling = Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("datachunk-listeners").factory());
            keep(telling::shutdown);
            changes = new Listeners<>(telling);
            downloads = new Listeners<>(telling);
            Progress progress = new Progress();
            board = new StatusBoard(progress, changes);
            planner = new Planner(
                    new Plan(options.chunksAtOnce(), ThreadLocalRandom.current().nextLong()), published, board);
            volume = keep(new VolumeWatch(space, free -> planner.take(new Event.SpaceFreed(free))));
            Operations operations = keep(new Operations(
                    store,
                    space,
                    transfers,
                    progress,
                    new Operations.Answers(planner::take, planner::moved, downloads::tell, volume::look)));
            keep(planner);
            index = keep(ChunkIndex.open(dataDir, stateDir));
            planner.start(found, operations);
            if (published.listed().size() < found.live().size()) {
                board.awaitStart(); // of two contents of one id the plan says which one serves
            }
            whole = true;
            LOG.info(
                    "{} chunks and {} interrupted downloads in {}",
                    found.live().size(),
                    found.partial().size(),
                    dataDir);
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    /**
     * Opens a data directory with {@link Options#defaults()}.
     *
     * @see #open(Path, Options)
     */
    public static DataManager open(Path dataDir) throws IOException {
        return open(dataDir, Options.defaults());
    }

    /**
     * Opens a data directory. What is completely there is listed and found at once, and desired until a call says
     * otherwise; nothing is read or verified before this returns.
     *
     * @param dataDir exists, on a local file system of Linux; empty, or one that a manager has had before
     * @throws IOException in one line that says what to change: no such directory, not writable, not ours, in use by
     *     another manager, another volume than before
     */
    public static DataManager open(Path dataDir, Options options) throws IOException {
        return new DataManager(dataDir, options);
    }

    /**
     * Wants a chunk: downloads it unless its content is there. Replaces an earlier declaration of the same id; the content
     * declared before serves until the new one is ready. A source that fails shows in {@link #status()}, never here.
     *
     * @throws IllegalStateException if this is closed
     */
    public void downloadChunk(ChunkSpec chunk) {
        take(new Event.Desired(chunk));
    }

    /**
     * Wants a chunk no more: it is soon not found, and deleted when its last reference is closed. Unknown ids are ignored.
     *
     * @throws IllegalStateException if this is closed
     */
    public void deleteChunk(ChunkId id) {
        take(new Event.Undesired(id));
    }

    /**
     * Wants exactly these chunks. Of several with one id the last counts.
     *
     * @throws IllegalStateException if this is closed
     */
    public void setDesired(Collection<ChunkSpec> chunks) {
        take(new Event.DesiredSet(List.copyOf(chunks)));
    }

    /**
     * The ids of the chunks that are ready now, in no order. A list that does not change.
     *
     * @throws IllegalStateException if this is closed
     */
    public List<ChunkId> listChunks() {
        requireOpen();
        return published.listed();
    }

    /**
     * Finds a ready chunk that covers a block and holds it. Reads mapped memory only.
     *
     * @param block the block's number, unsigned
     * @return a reference for the caller to close, also after this manager is; empty if no ready chunk covers the block
     */
    public Optional<ChunkRef> findChunk(DatasetId dataset, long block) {
        return index.find(dataset, block);
    }

    /**
     * One row for every chunk that is desired or has bytes on the volume, in no order: a snapshot. Right after {@link #open}
     * this waits until what was found has its rows, which takes no I/O.
     */
    public List<ChunkStatus> status() {
        return board.all();
    }

    /** Who holds the chunks that wait for their references, as of the last look, at most a second ago. */
    public Map<ChunkId, List<Holder>> holders() {
        return published.holders().entrySet().stream()
                .collect(Collectors.toMap(held -> held.getKey().id(), Map.Entry::getValue, DataManager::joined));
    }

    /** Which volume this is: what {@link Options#withExpectedVolume} asks for. */
    public UUID volumeId() {
        return volumeId;
    }

    /** The volume as of at most a second ago. */
    public VolumeStatus volume() {
        return volume.status();
    }

    /** Bytes of bodies received from sources since {@link #open}. */
    public long downloadedBytes() {
        return transfers.receivedBytes();
    }

    /**
     * Calls a listener for every change of a chunk's state or reason, one at a time, from a thread of its own.
     *
     * @return to be closed when it wants no more
     */
    public AutoCloseable onChange(Consumer<ChunkStatus> listener) {
        return changes.add(listener);
    }

    /**
     * Calls a listener for every end of a download that was not cancelled, one at a time, from a thread of its own.
     *
     * @return to be closed when it wants no more
     */
    public AutoCloseable onDownload(Consumer<DownloadEnd> listener) {
        return downloads.add(listener);
    }

    /**
     * Stops downloads, which the next start resumes, and gives the data directory back; what is ready stays found by
     * readers. Takes under 5 seconds. Idempotent.
     */
    @Override
    public void close() {
        closed = true;
        while (true) {
            AutoCloseable newest;
            synchronized (opened) {
                newest = opened.poll();
            }
            if (newest == null) {
                return;
            }
            try {
                newest.close();
            } catch (Exception e) {
                LOG.warn("closing goes on after a failure", e);
            }
        }
    }

    private void take(Event event) {
        requireOpen();
        planner.take(event);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this DataManager is closed: open another");
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        synchronized (opened) {
            opened.push(resource);
        }
        return resource;
    }

    /** Puts what is on the disk beside what the state of this boot remembers of it. */
    private static Plan.Found found(ChunkStore.Found onDisk, Map<ChunkDirectory, Remembered> remembered) {
        Map<ChunkDirectory, Remembered> left = new LinkedHashMap<>(remembered);
        List<ChunkDirectory> live = new ArrayList<>();
        for (ChunkDirectory directory : onDisk.complete()) {
            if (left.remove(directory, Remembered.LIVE) || !left.containsKey(directory)) {
                live.add(directory);
            }
        }
        List<ChunkDirectory> retiring = new ArrayList<>();
        List<ChunkDirectory> deleting = new ArrayList<>();
        left.forEach((directory, state) -> {
            switch (state) {
                case LIVE, RETIRING ->
                    retiring.add(directory); // one that was live and is not there any more may be held
                case DELETING -> deleting.add(directory);
            }
        });
        return new Plan.Found(live, retiring, deleting, onDisk.partial());
    }

    private static List<Holder> joined(List<Holder> some, List<Holder> others) {
        List<Holder> all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }
}
