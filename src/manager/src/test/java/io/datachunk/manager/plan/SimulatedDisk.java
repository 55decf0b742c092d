package io.datachunk.manager.plan;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Digest;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.StoredFile;
import io.datachunk.reader.format.ChunkDirectory;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A volume in memory: staging, complete and trashed directories, and who was promised how much. */
final class SimulatedDisk {

    enum Place {
        STAGING,
        COMPLETE,
        TRASH
    }

    /** One file: how much of which source it has. */
    record PartialFile(URI url, long bytes) {}

    static final class Directory {
        Place place = Place.STAGING;
        final Map<String, PartialFile> files = new HashMap<>();
        long promisedBytes;

        /** What {@code .chunk.json} says; null before it is written, and when it cannot be read. */
        @Nullable
        List<StoredFile> record;

        boolean damaged;

        long bytes() {
            return files.values().stream().mapToLong(PartialFile::bytes).sum();
        }
    }

    final Map<ChunkDirectory, Directory> directories = new LinkedHashMap<>();
    long capacity;

    SimulatedDisk(long capacity) {
        this.capacity = capacity;
    }

    long freeBytes() {
        return capacity
                - directories.values().stream()
                        .mapToLong(directory -> Math.max(directory.bytes(), directory.promisedBytes))
                        .sum();
    }

    boolean reserve(Directory directory, long totalBytes) {
        long more = totalBytes - Math.max(directory.bytes(), directory.promisedBytes);
        if (more > 0 && more > freeBytes()) {
            return false;
        }
        directory.promisedBytes = Math.max(directory.promisedBytes, totalBytes);
        return true;
    }

    List<ChunkDirectory> in(Place place) {
        return directories.entrySet().stream()
                .filter(entry -> entry.getValue().place == place)
                .map(Map.Entry::getKey)
                .toList();
    }

    Directory get(ChunkDirectory directory) {
        Directory found = directories.get(directory);
        if (found == null) {
            throw new AssertionError("there is no " + directory.name());
        }
        return found;
    }

    /** Whether a complete directory has what a declaration says of it. Looks at the bytes, unlike the plan. */
    boolean satisfies(ChunkDirectory directory, ChunkSpec spec) {
        Directory found = get(directory);
        return directory.dataset().equals(spec.dataset())
                && directory.range().equals(spec.range())
                && found.files.size() == spec.files().size()
                && spec.files().stream().allMatch(file -> {
                    PartialFile on = found.files.get(file.name());
                    return on != null
                            && (file.sizeBytes().isEmpty() || file.sizeBytes().getAsLong() == on.bytes())
                            && (file.digest().isEmpty()
                                    || file.digest().get().equals(SimulatedSource.digestOf(on.url())));
                });
    }

    /** What reading the files back gives, with the digests that a declaration asks for. */
    List<StoredFile> readBack(ChunkDirectory directory, ChunkSpec spec) {
        Directory found = get(directory);
        List<StoredFile> files = new ArrayList<>();
        found.files.forEach((name, file) -> {
            boolean asked = spec.files().stream()
                    .anyMatch(declared ->
                            declared.name().equals(name) && declared.digest().isPresent());
            Optional<Digest> digest = asked ? Optional.of(SimulatedSource.digestOf(file.url())) : Optional.empty();
            files.add(new StoredFile(name, file.bytes(), file.url().getPath().hashCode(), digest));
        });
        return files;
    }

    /** Drops what is not of this declaration, as the resume record tells. */
    void prepare(ChunkDirectory directory, ChunkSpec spec) {
        Directory staging = directories.computeIfAbsent(directory, _ -> new Directory());
        staging.files.entrySet().removeIf(entry -> spec.files().stream().noneMatch(file -> fits(entry, file)));
    }

    private static boolean fits(Map.Entry<String, PartialFile> entry, FileSpec file) {
        return file.name().equals(entry.getKey())
                && file.url().getPath().equals(entry.getValue().url().getPath());
    }
}
