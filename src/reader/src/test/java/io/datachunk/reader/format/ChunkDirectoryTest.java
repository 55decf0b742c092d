package io.datachunk.reader.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkDirectoryTest {
    private static final DatasetId DATASET = DatasetId.parse("ab".repeat(32));
    private static final String ID = "0123456789abcdef".repeat(4);

    @Test
    void readsBackEveryNameThatItWrites() {
        long seed = System.nanoTime();
        System.out.println("seed of the names: " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            long a = random.nextLong() >>> random.nextInt(64);
            long b = random.nextLong() >>> random.nextInt(64);
            if (a == b) {
                continue;
            }
            boolean ordered = Long.compareUnsigned(a, b) < 0;
            byte[] id = new byte[32];
            random.nextBytes(id);
            ChunkDirectory directory = new ChunkDirectory(
                    DATASET,
                    ordered ? new BlockRange(a, b) : new BlockRange(b, a),
                    ChunkId.of(id),
                    1 + random.nextInt(999_999_999));

            assertThat(ChunkDirectory.parse(DATASET, directory.name())).contains(directory);
        }
    }

    @Test
    void writesUnsignedDecimalsAndLowerCase() {
        ChunkDirectory directory = new ChunkDirectory(DATASET, new BlockRange(0, -1), ChunkId.parse(ID), 7);

        assertThat(directory.name()).isEqualTo("0-18446744073709551615-" + ID + ".7");
        assertThat(directory.relativePath()).isEqualTo("chunks/" + "ab".repeat(32) + "/" + directory.name());
        assertThat(ChunkDirectory.parse(DATASET, directory.name())).contains(directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "1-2",
                "1-2-",
                "1-2-ID",
                "1-2-ID.",
                "1-2-ID.0",
                "1-2-ID.01",
                "1-2-ID.1.",
                "1-2-ID.1 ",
                "1-2-ID.+1",
                "1-2-ID.1000000000",
                "01-2-ID.1",
                "1-02-ID.1",
                "+1-2-ID.1",
                "-1-2-ID.1",
                "1--2-ID.1",
                "-2-ID.1",
                "1--ID.1",
                "2-1-ID.1",
                "1-1-ID.1",
                "1-18446744073709551616-ID.1",
                "1-99999999999999999999999-ID.1",
                "1-2-ID0.1",
                "1-2-0ID.1",
                "1-2-UPPER.1",
                "1-2-SIGN.1",
                "١-2-ID.1",
            })
    void refusesEveryOtherName(String name) {
        String full =
                name.replace("ID", ID).replace("UPPER", ID.replace('a', 'A')).replace("SIGN", "-" + ID.substring(1));

        assertThat(ChunkDirectory.parse(DATASET, full)).isEmpty();
    }
}
