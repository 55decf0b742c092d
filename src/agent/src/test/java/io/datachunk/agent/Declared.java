package io.datachunk.agent;

import io.datachunk.agent.world.ManifestText;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Manifests as people write them, of chunks {@code c0, c1, …} with a file {@code blocks} and a thousand blocks each. */
record Declared(Path directory) {
    static final DatasetId DATASET = DatasetId.parse("9a".repeat(32));

    static ChunkId id(int number) {
        return ChunkId.parse("%064x".formatted(number + 1));
    }

    static String name(int number) {
        return "c" + number;
    }

    static String chunk(int number, String url) {
        return ManifestText.head(name(number), id(number), DATASET, number * 1_000L, number * 1_000L + 1_000)
                + "  - name: blocks\n    url: \"" + url + "\"\n";
    }

    /** Appears whole, as those who write some should make it. */
    void write(String file, String content) throws IOException {
        Path draft = Files.writeString(directory.resolveSibling(file + ".draft"), content);
        Files.move(draft, directory.resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }

    void declare(int number, String url) throws IOException {
        write(name(number) + ".yaml", chunk(number, url));
    }

    void remove(int number) throws IOException {
        Files.delete(directory.resolve(name(number) + ".yaml"));
    }
}
