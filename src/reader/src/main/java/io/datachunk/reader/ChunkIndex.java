package io.datachunk.reader;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The ready chunks of this node, as its manager publishes them. Thread-safe. */
public final class ChunkIndex implements AutoCloseable {

    private ChunkIndex() {}

    public static ChunkIndex open(Path dataDir) throws IOException {
        return open(dataDir, dataDir.resolve(".state"));
    }

    public static ChunkIndex open(Path dataDir, Path stateDir) throws IOException {
        throw new UnsupportedOperationException(dataDir + " " + stateDir);
    }

    public Optional<ChunkRef> find(DatasetId dataset, long block) {
        throw new UnsupportedOperationException();
    }

    public Optional<ChunkRef> get(ChunkId id) {
        throw new UnsupportedOperationException();
    }

    public List<ChunkId> list() {
        throw new UnsupportedOperationException();
    }

    public DatasetIndex dataset(DatasetId dataset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
