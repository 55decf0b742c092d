package io.datachunk.manager.plan;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.StoredFile;
import io.datachunk.reader.format.ChunkDirectory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Whether some content is the one that is declared: same dataset, range, file names, and sizes and digests where both sides know them. */
enum Match {
    SAME,
    /** Nothing speaks against it, but something that is declared has not been compared yet. */
    UNKNOWN,
    OTHER;

    /** Compares a declaration with what a content is known to be. */
    static Match of(Content content, ChunkSpec declared) {
        if (!placed(content.directory, declared)) {
            return OTHER;
        }
        if (content.files != null) {
            return ofFiles(content.files, declared);
        }
        if (content.phase.complete()) {
            return content.unreadable ? OTHER : UNKNOWN;
        }
        // Of a staging directory that was found, the resume record decides when the download goes on.
        return content.spec == null ? SAME : ofSpecs(content.spec, declared);
    }

    /** Compares two declarations; both may leave sizes and digests open. */
    static Match ofSpecs(ChunkSpec one, ChunkSpec other) {
        Map<String, FileSpec> byName =
                one.files().stream().collect(Collectors.toMap(FileSpec::name, Function.identity()));
        if (!one.dataset().equals(other.dataset())
                || !one.range().equals(other.range())
                || byName.size() != other.files().size()) {
            return OTHER;
        }
        for (FileSpec file : other.files()) {
            FileSpec known = byName.get(file.name());
            if (known == null || differ(sizeOf(known), sizeOf(file)) || differ(known.digest(), file.digest())) {
                return OTHER;
            }
        }
        return SAME;
    }

    /** Compares files on disk with a declaration of the same dataset and range. */
    static Match ofFiles(List<StoredFile> files, ChunkSpec declared) {
        Map<String, StoredFile> byName =
                files.stream().collect(Collectors.toMap(StoredFile::name, Function.identity(), (one, _) -> one));
        if (byName.size() != declared.files().size()) {
            return OTHER;
        }
        Match match = SAME;
        for (FileSpec file : declared.files()) {
            StoredFile stored = byName.get(file.name());
            if (stored == null
                    || differ(Optional.of(stored.sizeBytes()), sizeOf(file))
                    || differ(stored.digest(), file.digest())) {
                return OTHER;
            }
            if (file.digest().isPresent() && stored.digest().isEmpty()) {
                match = UNKNOWN;
            }
        }
        return match;
    }

    private static boolean placed(ChunkDirectory directory, ChunkSpec declared) {
        return directory.dataset().equals(declared.dataset())
                && directory.range().equals(declared.range());
    }

    private static Optional<Long> sizeOf(FileSpec file) {
        OptionalLong bytes = file.sizeBytes();
        return bytes.isPresent() ? Optional.of(bytes.getAsLong()) : Optional.empty();
    }

    private static <T> boolean differ(Optional<T> one, Optional<T> other) {
        return one.isPresent() && other.isPresent() && !one.equals(other);
    }
}
