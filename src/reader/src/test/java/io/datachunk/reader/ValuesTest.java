package io.datachunk.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ValuesTest {
    private static final String HEX = "00".repeat(15) + "0102" + "ff".repeat(15);

    @Test
    void readsAndWritesIdentities() {
        assertThat(ChunkId.parse(HEX))
                .hasToString(HEX)
                .isEqualTo(ChunkId.of(ChunkId.parse(HEX).toBytes()));
        assertThat(DatasetId.parse(HEX))
                .hasToString(HEX)
                .isEqualTo(DatasetId.of(DatasetId.parse(HEX).toBytes()));
        assertThat(ChunkId.parse("AB".repeat(32))).hasToString("ab".repeat(32));
        assertThat(ChunkId.parse(HEX).toBytes()).hasSize(32).endsWith(0xff).startsWith(0);
    }

    @Test
    void refusesWhatIsNoIdentity() {
        for (String wrong :
                new String[] {"", "ab", HEX + "00", "0x" + HEX.substring(2), "zz".repeat(32), "-1".repeat(32)}) {
            assertThatThrownBy(() -> ChunkId.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("chunk id");
            assertThatThrownBy(() -> DatasetId.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("dataset id");
        }
        assertThatThrownBy(() -> ChunkId.of(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsTheEndOutOfARange() {
        BlockRange range = new BlockRange(100, 200);

        assertThat(range.contains(100)).isTrue();
        assertThat(range.contains(199)).isTrue();
        assertThat(range.contains(200)).isFalse();
        assertThat(range.contains(99)).isFalse();
    }

    @Test
    void goesBeyondTheSignedNumbers() {
        BlockRange high = new BlockRange(Long.MAX_VALUE, -1);

        assertThat(high.contains(Long.MIN_VALUE)).isTrue();
        assertThat(high.contains(-2)).isTrue();
        assertThat(high.contains(-1)).isFalse();
        assertThat(high.contains(0)).isFalse();
        assertThat(high).hasToString("[9223372036854775807, 18446744073709551615)");
    }

    @Test
    void refusesAnEmptyOrReversedRange() {
        assertThatThrownBy(() -> new BlockRange(5, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BlockRange(-1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[18446744073709551615, 0)");
    }
}
