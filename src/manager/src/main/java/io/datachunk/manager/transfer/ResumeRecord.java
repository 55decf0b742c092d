package io.datachunk.manager.transfer;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.FileSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
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
     * @param source the URL that the validator is of, as {@link SafeUrl#identity} has it: two files may have equal ETags
     * @param complete whether it is whole and was forced to disk
     * @param bytes of the whole file; -1 if only its end will tell
     * @param crc32c of the whole file, once complete
     * @param digest that was verified, as {@code sha256:<hex>}; null if none was declared
     */
    public record Entry(
            @Nullable String validator,
            String source,
            boolean complete,
            long bytes,
            int crc32c,
            @Nullable String digest) {

        public Entry {
            Objects.requireNonNull(source);
        }

        /** Whether that of a whole file is known to be the declared one, where one is declared. */
        boolean hasDigestOf(FileSpec file) {
            return file.digest().isEmpty() || file.digest().get().toString().equals(digest);
        }

        private boolean fits(FileSpec file) {
            boolean sizeFits = bytes < 0 || file.sizeBytes().orElse(bytes) == bytes;
            if (complete) {
                return sizeFits && (digest == null || hasDigestOf(file));
            }
            boolean sameSource = source.equals(SafeUrl.identity(file.url()));
            return sizeFits && validator != null && (sameSource || file.digest().isPresent());
        }
    }

    public ResumeRecord {
        Objects.requireNonNull(bootId);
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
        Files.deleteIfExists(temporary);
        Files.write(
                temporary,
                JSON.writeValueAsBytes(this),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        Files.move(temporary, staging.resolve(FILE_NAME), StandardCopyOption.ATOMIC_MOVE);
    }

    /** A copy in which some files are as {@code entries} say. */
    ResumeRecord with(Map<String, Entry> entries) {
        Map<String, Entry> changed = new TreeMap<>(files);
        changed.putAll(entries);
        return new ResumeRecord(format, bootId, changed);
    }

    /** A copy without one file. */
    ResumeRecord without(String name) {
        Map<String, Entry> changed = new TreeMap<>(files);
        changed.remove(name);
        return new ResumeRecord(format, bootId, changed);
    }

    /** What of it holds in a boot of the machine: only what was forced to disk, if it is another one. */
    ResumeRecord trustedIn(String currentBootId) {
        Map<String, Entry> trusted = new TreeMap<>(files);
        trusted.values().removeIf(entry -> !entry.complete && !bootId.equals(currentBootId));
        return new ResumeRecord(format, currentBootId, trusted);
    }

    /**
     * The entry of a file, if what is recorded fits what is declared. A partial file of another URL is gone on with only
     * where a digest would find out; a whole one whose digest is not known has to be read back.
     */
    Optional<Entry> usable(FileSpec file) {
        return Optional.ofNullable(files.get(file.name())).filter(entry -> entry.fits(file));
    }

    /** Whether every file that has begun belongs to the declaration. */
    boolean belongsTo(ChunkSpec chunk) {
        return chunk.files().stream().map(FileSpec::name).toList().containsAll(files.keySet());
    }
}
