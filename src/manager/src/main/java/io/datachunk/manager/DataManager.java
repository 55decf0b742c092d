package io.datachunk.manager;

import io.datachunk.reader.ChunkId;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps the chunks of one data directory as they are desired. Thread-safe. */
public final class DataManager implements AutoCloseable {

    private DataManager() {}

    public static DataManager open(Path dataDir) throws IOException {
        return open(dataDir, Options.defaults());
    }

    public static DataManager open(Path dataDir, Options options) throws IOException {
        throw new UnsupportedOperationException(dataDir + " " + options);
    }

    public void downloadChunk(ChunkSpec chunk) {
        throw new UnsupportedOperationException();
    }

    public void deleteChunk(ChunkId id) {
        throw new UnsupportedOperationException();
    }

    public void setDesired(Collection<ChunkSpec> chunks) {
        throw new UnsupportedOperationException();
    }

    public List<ChunkId> listChunks() {
        throw new UnsupportedOperationException();
    }

    public Optional<ChunkRef> findChunk(DatasetId dataset, long block) {
        throw new UnsupportedOperationException();
    }

    public List<ChunkStatus> status() {
        throw new UnsupportedOperationException();
    }

    /** Who holds the chunks that wait for references, and every other chunk that is held. */
    public Map<ChunkId, List<Holder>> holders() {
        throw new UnsupportedOperationException();
    }

    /** The volume as of at most a second ago. */
    public VolumeStatus volume() {
        throw new UnsupportedOperationException();
    }

    /** Bytes received from sources since {@link #open}. */
    public long downloadedBytes() {
        throw new UnsupportedOperationException();
    }

    /** Called for every change of state or reason, one at a time, from a thread of its own. */
    public AutoCloseable onChange(Consumer<ChunkStatus> listener) {
        throw new UnsupportedOperationException();
    }

    /** Called for every end of a download, one at a time, from a thread of its own. */
    public AutoCloseable onDownload(Consumer<DownloadEnd> listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
