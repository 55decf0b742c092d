package io.datachunk.manager.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void spreadsBytesOverTime() {
        Pace pace = new Pace(100);

        assertThat(pace.spend(50, 0)).isEqualTo(SECOND / 2);
        assertThat(pace.spend(50, SECOND / 4)).isEqualTo(SECOND);
    }

    @Test
    void savesNothingUpWhileIdle() {
        Pace pace = new Pace(100);
        pace.spend(100, 0);

        assertThat(pace.spend(100, 60 * SECOND)).isEqualTo(61 * SECOND);
    }

    @Test
    void beginsAtWhateverTheClockSays() {
        long before = -3 * SECOND;

        assertThat(new Pace(100).spend(100, before)).isEqualTo(-2 * SECOND);
        assertThat(new Pace(100).spend(100, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE + SECOND);
    }

    @Test
    void refusesToStandStill() {
        assertThatThrownBy(() -> new Pace(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
