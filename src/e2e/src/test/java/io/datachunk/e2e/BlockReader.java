package io.datachunk.e2e;

import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetId;
import io.datachunk.reader.DatasetIndex;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A worker's process, which does as it is told, a line at a time: {@code find BLOCK} prints the directory or {@code nothing},
 * {@code hold BLOCK} does not let go of it, {@code watch FIRST LAST} finds them from then on all the time, {@code misses} prints how often
 * that has failed. It ends with its input.
 *
 * <p>Arguments: the data directory, the dataset.
 */
public final class BlockReader {
    private BlockReader() {}

    public static void main(String[] arguments) throws IOException {
        AtomicLong misses = new AtomicLong();
        List<ChunkRef> held = new ArrayList<>();
        try (ChunkIndex index = ChunkIndex.open(Path.of(arguments[0]))) {
            DatasetIndex dataset = index.dataset(DatasetId.parse(arguments[1]));
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                String[] words = line.split(" ", -1);
                switch (words[0]) {
                    case "find" -> {
                        try (ChunkRef found =
                                dataset.find(Long.parseLong(words[1])).orElse(null)) {
                            System.out.println(found == null ? "nothing" : found.path());
                        }
                    }
                    case "hold" -> {
                        Optional<ChunkRef> found = dataset.find(Long.parseLong(words[1]));
                        found.ifPresent(held::add);
                        System.out.println(
                                found.map(ref -> ref.path().toString()).orElse("nothing"));
                    }
                    case "watch" -> {
                        Thread.ofPlatform()
                                .daemon()
                                .start(() ->
                                        watch(dataset, Long.parseLong(words[1]), Long.parseLong(words[2]), misses));
                        System.out.println("watching");
                    }
                    case "misses" -> System.out.println(misses.get());
                    default -> throw new IllegalArgumentException(line);
                }
            }
        }
    }

    private static void watch(DatasetIndex dataset, long first, long last, AtomicLong misses) {
        while (true) {
            for (long block = first; block <= last; block++) {
                try (ChunkRef found = dataset.find(block).orElse(null)) {
                    if (found == null) {
                        misses.incrementAndGet();
                    }
                }
            }
        }
    }
}
