package io.datachunk.manager.plan;

import io.datachunk.manager.ChunkSpec;
import io.datachunk.manager.Digest;
import io.datachunk.manager.FileSpec;
import io.datachunk.manager.StoredFile;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/** Declarations at random, and what their URLs really have. The path of a URL alone decides its bytes; a query is an alias. */
final class SimulatedSource {
    private static final int IDS = 10;
    private static final int DATASETS = 3;

    /** Ids of which nothing can be had at the moment. */
    final Set<ChunkId> missing = new HashSet<>();

    /** How likely a try ends before its end. */
    double flakiness;

    private final Random random;

    SimulatedSource(Random random) {
        this.random = random;
    }

    ChunkId anyId() {
        return id(random.nextInt(IDS));
    }

    static ChunkId id(int index) {
        return ChunkId.parse(hex(1_000 + index));
    }

    ChunkSpec anySpec() {
        return anySpec(random.nextInt(IDS));
    }

    private ChunkSpec anySpec(int index) {
        int shape = random.nextInt(4) == 0 ? random.nextInt(3) : 0;
        int dataset = (index + (shape == 2 ? 1 : 0)) % DATASETS;
        int revision = random.nextInt(3) == 0 ? 1 : 0;
        int declares = random.nextInt(10);
        List<FileSpec> files = new ArrayList<>();
        for (String name : shape == 1 ? List.of("a", "c") : List.of("a", "b")) {
            String path = "http://source.example/" + index + "/" + shape + "/" + revision + "/" + name;
            URI url = URI.create(path + "?alias=" + random.nextInt(2));
            OptionalLong size = declares >= 4 ? OptionalLong.of(sizeOf(url)) : OptionalLong.empty();
            Optional<Digest> digest = declares >= 6 ? Optional.of(digestOf(url)) : Optional.empty();
            if (declares == 9 && name.equals("a")) {
                digest = Optional.of(Digest.sha256(hex(7)));
            } else if (declares == 8 && name.equals("a") && random.nextInt(3) == 0) {
                size = OptionalLong.of(sizeOf(url) + 1);
            }
            files.add(new FileSpec(name, url, size, digest));
        }
        BlockRange range = new BlockRange(1_000L * index, 1_000L * index + (shape == 2 ? 50 : 100));
        return new ChunkSpec(id(index), DatasetId.parse(hex(dataset)), range, files);
    }

    static long sizeOf(URI url) {
        return 5L + Math.floorMod(url.getPath().hashCode(), 31);
    }

    static Digest digestOf(URI url) {
        return Digest.sha256(hex(url.getPath().hashCode()));
    }

    static long sizeOf(ChunkSpec spec) {
        return spec.files().stream().mapToLong(file -> sizeOf(file.url())).sum();
    }

    /** What the record says of a file that this declaration fetched. */
    static StoredFile stored(FileSpec file) {
        return new StoredFile(
                file.name(), sizeOf(file.url()), file.url().getPath().hashCode(), file.digest());
    }

    /** Whether the source has another size than declared. */
    static boolean wrongSize(ChunkSpec spec) {
        return spec.files().stream()
                .anyMatch(
                        file -> file.sizeBytes().isPresent() && file.sizeBytes().getAsLong() != sizeOf(file.url()));
    }

    /** Whether the source has other bytes than declared. */
    static boolean wrongDigest(ChunkSpec spec) {
        return spec.files().stream()
                .anyMatch(file ->
                        file.digest().isPresent() && !file.digest().get().equals(digestOf(file.url())));
    }

    static boolean isGood(ChunkSpec spec) {
        return !wrongSize(spec) && !wrongDigest(spec);
    }

    static String hex(int number) {
        return "%064x".formatted(number & 0xffff_ffffL);
    }
}
