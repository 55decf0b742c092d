package io.datachunk.manager.transfer;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Digest;
import io.datachunk.manager.FileSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a staging directory holds, so that a later process can go on with it: {@code .resume.json}. Immutable.
 *
 * <p>The length of a partial file says how far it came. A process that is killed loses nothing that it wrote, for the
 * kernel has it; a machine that goes down does. So a partial file of another boot is begun anew, and a file that was
 * forced to disk before it was recorded as complete is kept.
 *
 * @param format 1
 * @param bootId of the machine when it was written
 * @param files by name; only files that have begun
 */
public record ResumeRecord(int format, String bootId, Map<String, Entry> files) {
    /** The file's name in the staging directory; no file of a chunk can have it, for theirs begin with no dot. */
    public static final String FILE_NAME = ".resume.json";

    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * One file that has begun.
     *
     * @param validator a strong ETag or Last-Modified; null if the source gave none, and the file cannot be resumed
     * @param complete whether it is whole and was forced to disk
     * @param crc32c of the whole file, once complete
     * @param digest that was verified, as {@code sha256:<hex>}; null if none was declared
     */
    public record Entry(
            @Nullable String validator,
            boolean complete,
            long bytes,
            int crc32c,
            @Nullable String digest) {}

    public ResumeRecord {
        files = Map.copyOf(files);
    }

    static ResumeRecord empty(String bootId) {
        return new ResumeRecord(FORMAT, bootId, Map.of());
    }

    /** Reads the record of a staging directory; empty if there is none that can be used. */
    public static Optional<ResumeRecord> read(Path staging) {
        Path file = staging.resolve(FILE_NAME);
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.empty();
            }
            ResumeRecord record = JSON.readValue(file.toFile(), ResumeRecord.class);
            return record.format == FORMAT ? Optional.of(record) : Optional.empty();
        } catch (IOException | RuntimeException torn) {
            return Optional.empty();
        }
    }

    /** Writes the record in place of the one before, in one step. */
    void write(Path staging) throws IOException {
        Path temporary = staging.resolve(FILE_NAME + ".new");
        JSON.writeValue(temporary.toFile(), this);
        Files.move(temporary, staging.resolve(FILE_NAME), StandardCopyOption.ATOMIC_MOVE);
    }

    /** A copy in which one file is as {@code entry} says. */
    ResumeRecord with(String name, Entry entry) {
        Map<String, Entry> changed = new TreeMap<>(files);
        changed.put(name, entry);
        return new ResumeRecord(format, bootId, changed);
    }

    /** The entry of a file, if what is recorded fits what is declared and this boot may trust it. */
    Optional<Entry> usable(FileSpec file, String currentBootId) {
        Entry entry = files.get(file.name());
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.complete) {
            boolean sizeFits = file.sizeBytes().isEmpty() || file.sizeBytes().getAsLong() == entry.bytes;
            boolean digestFits = file.digest().isEmpty()
                    || file.digest().map(Digest::toString).get().equals(entry.digest);
            return sizeFits && digestFits ? Optional.of(entry) : Optional.empty();
        }
        return entry.validator != null && bootId.equals(currentBootId) ? Optional.of(entry) : Optional.empty();
    }

    /** Whether every file that has begun belongs to the declaration. */
    boolean belongsTo(ChunkSpec chunk) {
        return chunk.files().stream().map(FileSpec::name).toList().containsAll(files.keySet());
    }
}
