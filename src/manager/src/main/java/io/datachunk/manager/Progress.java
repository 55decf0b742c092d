package io.datachunk.manager;

import io.datachunk.manager.transfer.Transfers.Transfer;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How many bytes of each content are on the volume, and of how many. Thread-safe. */
final class Progress {
    private final ConcurrentHashMap<ChunkDirectory, Bytes> known = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<ChunkDirectory, Transfer> moving = new ConcurrentHashMap<>();

    /**
     * What there is of one content. Immutable.
     *
     * @param total empty until every file's size is declared or known from an answer
     */
    record Bytes(long done, OptionalLong total) {
        static final Bytes NONE = new Bytes(0, OptionalLong.empty());
    }

    Bytes of(ChunkDirectory directory) {
        Transfer transfer = moving.get(directory);
        return transfer != null
                ? new Bytes(transfer.bytesDone(), transfer.bytesTotal())
                : known.getOrDefault(directory, Bytes.NONE);
    }

    /** Before the first answer: only what the declaration says is known. */
    void declared(ChunkDirectory directory, ChunkSpec chunk) {
        OptionalLong total =
                chunk.files().stream().allMatch(file -> file.sizeBytes().isPresent())
                        ? OptionalLong.of(chunk.files().stream()
                                .mapToLong(file -> file.sizeBytes().getAsLong())
                                .sum())
                        : OptionalLong.empty();
        known.compute(
                directory,
                (_, bytes) -> new Bytes(bytes == null ? 0 : bytes.done(), total.isPresent() ? total : totalOf(bytes)));
    }

    void started(ChunkDirectory directory, Transfer transfer) {
        moving.put(directory, transfer);
    }

    /** A transfer has ended: its last numbers stay, unless another one of the same content has begun. */
    void stopped(ChunkDirectory directory, Transfer transfer) {
        if (moving.remove(directory, transfer)) {
            known.put(directory, new Bytes(transfer.bytesDone(), transfer.bytesTotal()));
        }
    }

    void complete(ChunkDirectory directory, List<StoredFile> files) {
        long bytes = files.stream().mapToLong(StoredFile::sizeBytes).sum();
        known.put(directory, new Bytes(bytes, OptionalLong.of(bytes)));
    }

    void gone(ChunkDirectory directory) {
        known.remove(directory);
    }

    private static OptionalLong totalOf(@Nullable Bytes bytes) {
        return bytes == null ? OptionalLong.empty() : bytes.total();
    }
}
