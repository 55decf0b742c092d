package io.datachunk.manager;

import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A chunk to have: what it is, and the files that it is made of. Immutable.
 *
 * @param files 1 to 64, no two with names that differ in case only
 */
public record ChunkSpec(ChunkId id, DatasetId dataset, BlockRange range, List<FileSpec> files) {
    /** The same bound as the custom resource has: a chunk has 1 to 10 files, so 64 is ample and an object stays small. */
    private static final int MAX_FILES = 64;

    /**
     * @throws IllegalArgumentException saying which component cannot be used and why
     */
    public ChunkSpec {
        files = List.copyOf(files);
        if (files.isEmpty() || files.size() > MAX_FILES) {
            throw new IllegalArgumentException(
                    "chunk " + id + " needs 1 to " + MAX_FILES + " files, but has " + files.size());
        }
        Set<String> names = new HashSet<>();
        for (FileSpec file : files) {
            if (!names.add(file.name().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("chunk " + id + " has two files named " + file.name()
                        + " (upper and lower case count as the same)");
            }
        }
    }

    /**
     * A chunk of files of unknown size and digest.
     *
     * @throws IllegalArgumentException saying what of it cannot be used and why
     */
    public static ChunkSpec of(ChunkId id, DatasetId dataset, BlockRange range, Map<String, String> urlByFileName) {
        return new ChunkSpec(
                id,
                dataset,
                range,
                urlByFileName.entrySet().stream()
                        .map(file -> FileSpec.of(file.getKey(), file.getValue()))
                        .toList());
    }
}
