package io.datachunk.manager.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.datachunk.manager.Digest;
import io.datachunk.manager.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a complete directory holds: {@code .chunk.json}. Immutable.
 *
 * <pre>{"format":1,"files":[{"name":"blocks.parquet","sizeBytes":1234,"crc32c":"0f3a9c21","sha256":"…"}]}</pre>
 *
 * <p>{@code sha256} is there where it was declared and verified.
 */
record ChunkRecord(int format, List<Entry> files) {
    /** No file of a chunk can have this name, for theirs begin with no dot. */
    static final String FILE_NAME = ".chunk.json";

    private static final int FORMAT = 1;
    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

    /** 64 files of 128 characters need 20 KB. More than this is not a record, and not to be read into memory. */
    private static final int MAX_BYTES = 1 << 20;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /**
     * One file.
     *
     * @param crc32c of the whole content, 8 hexadecimal digits
     */
    record Entry(
            String name,
            long sizeBytes,
            String crc32c,
            @Nullable String sha256) {

        static Entry of(StoredFile file) {
            return new Entry(
                    file.name(),
                    file.sizeBytes(),
                    HexFormat.of().toHexDigits(file.crc32c()),
                    file.digest().map(Digest::hex).orElse(null));
        }

        StoredFile toStoredFile() {
            if (!SAFE_NAME.matcher(name).matches() || sizeBytes < 0 || crc32c.length() != 2 * Integer.BYTES) {
                throw new IllegalArgumentException("no file is like that");
            }
            return new StoredFile(
                    name,
                    sizeBytes,
                    HexFormat.fromHexDigits(crc32c),
                    Optional.ofNullable(sha256).map(Digest::sha256));
        }
    }

    static byte[] toJson(List<StoredFile> files) throws IOException {
        return JSON.writeValueAsBytes(
                new ChunkRecord(FORMAT, files.stream().map(Entry::of).toList()));
    }

    /**
     * Reads the record of a directory.
     *
     * @throws DamagedException if there is none, or it is not one
     * @throws IOException if it cannot be read
     */
    static List<StoredFile> read(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new DamagedException("the chunk's directory is missing");
        }
        byte[] json;
        try (InputStream file = Files.newInputStream(directory.resolve(FILE_NAME), LinkOption.NOFOLLOW_LINKS)) {
            json = file.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new DamagedException("the record " + FILE_NAME + " is missing");
        }
        if (json.length > MAX_BYTES) {
            throw new DamagedException("the record " + FILE_NAME + " is too long");
        }
        return parse(json);
    }

    private static List<StoredFile> parse(byte[] json) throws IOException {
        try {
            @Nullable ChunkRecord record = JSON.readValue(json, ChunkRecord.class);
            if (record != null && record.format == FORMAT) {
                return record.files.stream().map(Entry::toStoredFile).toList();
            }
        } catch (JsonProcessingException | RuntimeException notOne) {
            // the same as a record of another format
        }
        throw new DamagedException("the record " + FILE_NAME + " is not one of format " + FORMAT);
    }
}
