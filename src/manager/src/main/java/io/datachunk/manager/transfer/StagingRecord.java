package io.datachunk.manager.transfer;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.FileSpec;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The resume record of one staging directory while its chunk downloads. Thread-safe: {@code record} is guarded by this,
 * which is held during I/O, so only transfer threads may call.
 */
final class StagingRecord {
    /** What less than this has is begun anew rather than recorded by itself: a record costs more than the bytes. */
    static final long WORTH_BYTES = 1 << 20;

    private final ChunkSpec chunk;
    private final Path staging;
    private final String bootId;

    /** Null until it is first asked for. Holds nothing that may not be trusted. */
    private @Nullable ResumeRecord record;

    /** What neither it nor the one on disk tells of yet. */
    private final Map<String, ResumeRecord.Entry> untold = new HashMap<>();

    private long untoldBytes;

    StagingRecord(ChunkSpec chunk, Path staging, String bootId) {
        this.chunk = chunk;
        this.staging = staging;
        this.bootId = bootId;
    }

    /**
     * Counts the bytes that can be gone on with, and removes those that can not: no space is asked for what is there, and
     * what is of no use takes none. The record of a removed file goes before other bytes come, see {@link #usable}.
     */
    synchronized void takeIn(ChunkBytes bytes) throws IOException {
        Set<String> there = there();
        removeStrangers(there);
        List<FileSpec> files = chunk.files();
        for (int i = 0; i < files.size(); i++) {
            if (!there.contains(files.get(i).name())) {
                continue;
            }
            Path path = staging.resolve(files.get(i).name());
            if (loaded().usable(files.get(i)).isEmpty()) {
                Files.delete(path);
            } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                bytes.progress(i, Files.size(path));
            }
        }
    }

    /** What an earlier download left of a file, if it may be gone on with; otherwise it is forgotten. */
    synchronized Optional<ResumeRecord.Entry> usable(FileSpec file) throws IOException {
        Optional<ResumeRecord.Entry> entry = loaded().usable(file);
        if (entry.isEmpty()) {
            forget(file.name());
        }
        return entry;
    }

    /** Writes down that a file has begun, and can be gone on with. */
    synchronized void begun(String name, ResumeRecord.Entry entry) throws IOException {
        untold.put(name, entry);
        catchUp();
    }

    /** Writes down that a file is whole; of small ones several at once, and with the last of the chunk at the latest. */
    synchronized void whole(String name, ResumeRecord.Entry entry) throws IOException {
        untold.put(name, entry);
        untoldBytes += entry.bytes();
        if (untoldBytes >= WORTH_BYTES
                || loaded().files().size() + untold.size() >= chunk.files().size()) {
            catchUp();
        }
    }

    /** A file ends before it is whole, and its chunk's download with it: writes down what has not been so far. */
    synchronized void catchUp() throws IOException {
        if (!untold.isEmpty()) {
            write(loaded().with(untold));
            untold.clear();
            untoldBytes = 0;
        }
    }

    /** A file begins anew: what is recorded of it is not to meet other bytes. */
    synchronized void forget(String name) throws IOException {
        if (loaded().files().containsKey(name)) {
            write(loaded().without(name));
        }
    }

    private void write(ResumeRecord changed) throws IOException {
        changed.write(staging);
        record = changed;
    }

    private ResumeRecord loaded() throws IOException {
        if (record == null) {
            record = ResumeRecord.read(staging)
                    .filter(found -> found.belongsTo(chunk))
                    .map(found -> found.trustedIn(bootId))
                    .orElse(ResumeRecord.empty(bootId));
        }
        return record;
    }

    /** The directory is published as it is, so nothing but the chunk's files may be in it. */
    private void removeStrangers(Set<String> there) throws IOException {
        Set<String> strangers = new HashSet<>(there);
        strangers.remove(ResumeRecord.FILE_NAME);
        chunk.files().forEach(file -> strangers.remove(file.name()));
        for (String name : strangers) {
            Path path = staging.resolve(name);
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.delete(path);
            }
        }
    }

    private Set<String> there() throws IOException {
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(staging)) {
            paths.forEach(path -> names.add(path.getFileName().toString()));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }
}
