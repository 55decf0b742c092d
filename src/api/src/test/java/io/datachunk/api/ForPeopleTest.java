package io.datachunk.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForPeopleTest {
    @Test
    void spellsNumbers() {
        assertThat(List.of(0L, 1023L, 1024L, 1536L, 10L << 20, 1_234L << 30, Long.MAX_VALUE).stream()
                        .map(ForPeople::bytes))
                .containsExactly("0", "1023", "1Ki", "1.5Ki", "10Mi", "1.2Ti", "8Ei");
        assertThat(List.of(5L, 310L, 3_600L, 90_000L).stream()
                        .map(seconds -> ForPeople.duration(Duration.ofSeconds(seconds))))
                .containsExactly("5s", "5m10s", "1h", "1d1h");
    }
}
