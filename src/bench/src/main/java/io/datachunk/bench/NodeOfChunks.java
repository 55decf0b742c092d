package io.datachunk.bench;

import io.datachunk.manager.state.PublishedIndex;
import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.DatasetId;
import io.datachunk.reader.format.ChunkDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * A published index of so many chunks in ten datasets, 100 to 10,000 blocks each, side by side; and random blocks of it.
 * The seed is fixed: two benchmarks see the same chunks and ask for the same blocks.
 */
final class NodeOfChunks implements AutoCloseable {
    static final int DATASETS = 10;
    static final int QUESTIONS = 1 << 16;

    final DatasetId[] datasets = new DatasetId[DATASETS];

    /** Where the chunks of each dataset begin, ascending. */
    final long[][] starts;

    /** Question i is for a block of a dataset. */
    final int[] askedDataset = new int[QUESTIONS];

    final long[] askedBlock = new long[QUESTIONS];
    final ChunkIndex index;
    final PublishedIndex published;

    private final Scratch state;

    /** @param parent on tmpfs references are counted, on a disk they are pinned */
    NodeOfChunks(int size, Path parent) throws IOException {
        SplittableRandom random = new SplittableRandom(20_260_101);
        starts = new long[DATASETS][size / DATASETS];
        long[] ends = new long[DATASETS];
        List<ChunkDirectory> chunks = new ArrayList<>();
        for (int dataset = 0; dataset < DATASETS; dataset++) {
            datasets[dataset] =
                    new DatasetId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
            ends[dataset] = random.nextLong(1_000_000);
            for (int i = 0; i < size / DATASETS; i++) {
                starts[dataset][i] = ends[dataset];
                ends[dataset] += random.nextLong(100, 10_001);
                ChunkId id = new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
                chunks.add(new ChunkDirectory(
                        datasets[dataset], new BlockRange(starts[dataset][i], ends[dataset]), id, 1));
            }
        }
        for (int i = 0; i < QUESTIONS; i++) {
            askedDataset[i] = random.nextInt(DATASETS);
            askedBlock[i] = random.nextLong(starts[askedDataset[i]][0], ends[askedDataset[i]]);
        }
        state = new Scratch(Files.createTempDirectory(parent, "datachunk-bench"));
        published = PublishedIndex.open(state.path(), UUID.randomUUID(), chunks.size());
        published.change(chunks, List.of());
        index = ChunkIndex.open(state.path().resolve("data"), state.path());
    }

    /** Where its state files are. */
    Path state() {
        return state.path();
    }

    @Override
    public void close() {
        index.close();
        published.close();
        state.close();
    }
}
