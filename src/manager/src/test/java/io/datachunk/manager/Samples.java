package io.datachunk.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.origin.Content;
import io.datachunk.manager.origin.Origin;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Chunks for tests, whose bytes follow from their numbers. */
public final class Samples {
    public static final DatasetId DATASET = DatasetId.parse("9a".repeat(32));
    public static final int FILES = 3;

    private Samples() {}

    public static ChunkId id(int number) {
        return new ChunkId(7, 7, 7, number);
    }

    /** Ten blocks that nobody else has. */
    public static BlockRange range(int number) {
        return new BlockRange(number * 10L, number * 10L + 10);
    }

    /** A block in the middle of {@link #range}. */
    public static long block(int number) {
        return number * 10L + 5;
    }

    /** What one file of a chunk holds. The first file is empty. */
    public static Content content(int number, int version, int file, long fileBytes) {
        return new Content(number * 1_000L + version * 100L + file, file == 0 ? 0 : fileBytes);
    }

    /** A chunk of {@value #FILES} files with size and digest declared. */
    public static ChunkSpec chunk(Origin origin, int number, int version, long fileBytes) {
        return chunk(origin.url("").toString(), "", number, version, fileBytes);
    }

    /** The same, from an origin in another process and with a query behind its URLs. */
    public static ChunkSpec chunk(String origin, String query, int number, int version, long fileBytes) {
        List<FileSpec> files = IntStream.range(0, FILES)
                .mapToObj(file -> {
                    Content content = content(number, version, file, fileBytes);
                    String name = "file-" + file;
                    return new FileSpec(
                            name,
                            FileSpec.parse(name, origin + Origin.pathOf(content) + query),
                            OptionalLong.of(content.bytes()),
                            Optional.of(Digest.sha256(content.sha256())));
                })
                .toList();
        return new ChunkSpec(id(number), DATASET, range(number), files);
    }

    /** Fails unless a directory holds exactly the files of a chunk, every byte of them. */
    public static void assertWhole(Path directory, ChunkSpec chunk) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries.map(entry -> entry.getFileName().toString()).filter(name -> !name.startsWith(".")))
                    .containsExactlyInAnyOrderElementsOf(
                            chunk.files().stream().map(FileSpec::name).toList());
        }
        for (FileSpec file : chunk.files()) {
            byte[] bytes = Files.readAllBytes(directory.resolve(file.name()));
            assertThat(Content.sha256(bytes))
                    .as("%s in %s", file.name(), directory)
                    .isEqualTo(file.digest().orElseThrow().hex());
        }
    }

    /** The names of what is below {@code chunks}, {@code staging} and {@code trash}, but for datasets without a chunk; any may go meanwhile. */
    public static List<String> directories(Path dataDir) {
        Stream<Path> chunks = paths(dataDir.resolve("chunks")).flatMap(Samples::paths);
        Stream<Path> others = Stream.of("staging", "trash").flatMap(name -> paths(dataDir.resolve(name)));
        return Stream.concat(chunks, others)
                .map(path -> dataDir.relativize(path).toString())
                .sorted()
                .toList();
    }

    /** What is in a directory, by names alone, for any may go meanwhile; nothing if it is not there. */
    static Stream<Path> paths(Path directory) {
        return Stream.ofNullable(directory.toFile().list()).flatMap(Stream::of).map(directory::resolve);
    }
}
