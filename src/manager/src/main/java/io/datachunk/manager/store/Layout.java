package io.datachunk.manager.store;

import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.ChunkDirectory;
import io.datachunk.reader.format.StateDirectory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The names in a data directory. Immutable; no I/O.
 *
 * <pre>
 *   .volume                                            which volume this is; locked for a manager's life
 *   chunks/&lt;dataset&gt;/&lt;start&gt;-&lt;end&gt;-&lt;id&gt;.&lt;n&gt;/           complete chunks
 *   staging/&lt;dataset&gt;-&lt;start&gt;-&lt;end&gt;-&lt;id&gt;.&lt;n&gt;/          downloads, running or interrupted
 *   trash/&lt;old name&gt;.&lt;16 hex digits&gt;/                    deletions that have begun
 * </pre>
 */
record Layout(Path dataDir) {
    static final String VOLUME = ".volume";
    /** What becomes {@link #VOLUME} once it is whole. */
    static final String NEW_VOLUME = ".volume.new";

    static final Set<String> DIRECTORIES = Set.of(ChunkDirectory.CHUNKS, "staging", "trash");

    /** What a directory may hold that still counts as empty: mkfs and a manager that died in its first second left it. */
    static final Set<String> NOTHING = Set.of("lost+found", StateDirectory.DEFAULT_NAME, NEW_VOLUME);

    private static final int DATASET_DIGITS = 64;

    Path chunks() {
        return dataDir.resolve(ChunkDirectory.CHUNKS);
    }

    Path staging() {
        return dataDir.resolve("staging");
    }

    Path trash() {
        return dataDir.resolve("trash");
    }

    Path dataset(DatasetId dataset) {
        return chunks().resolve(dataset.toString());
    }

    Path complete(ChunkDirectory directory) {
        return dataset(directory.dataset()).resolve(directory.name());
    }

    /** A partial says its dataset in its name, for nothing else does after a restart. */
    Path staging(ChunkDirectory directory) {
        return staging().resolve(directory.dataset() + "-" + directory.name());
    }

    /** Reads the name of a dataset's directory back; empty if no dataset has exactly that name. */
    static Optional<DatasetId> parseDataset(String name) {
        if (name.length() != DATASET_DIGITS) {
            return Optional.empty();
        }
        try {
            DatasetId dataset = DatasetId.parse(name);
            return dataset.toString().equals(name) ? Optional.of(dataset) : Optional.empty();
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    /** Reads the name of a staging directory back; empty if it is not exactly what {@link #staging} would give. */
    static Optional<ChunkDirectory> parseStaging(String name) {
        if (name.length() <= DATASET_DIGITS || name.charAt(DATASET_DIGITS) != '-') {
            return Optional.empty();
        }
        return parseDataset(name.substring(0, DATASET_DIGITS))
                .flatMap(dataset -> ChunkDirectory.parse(dataset, name.substring(DATASET_DIGITS + 1)));
    }
}
