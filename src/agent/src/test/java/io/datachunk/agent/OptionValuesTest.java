package io.datachunk.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class OptionValuesTest {

    @ParameterizedTest
    @CsvSource({
        "4096, 4096",
        "0, 0",
        "50M, 50000000",
        "50MB, 50000000",
        "10Gi, 10737418240",
        "10GiB, 10737418240",
        "1.5k, 1500",
        "7Ei, 8070450532247928832",
        "1 Ki, 1024"
    })
    void readsBytesWithUnits(String text, long bytes) {
        assertThat(new ByteSize().convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "10Q", "i", "8Ei", "1e3", "0x10", "ten", "10 G i"})
    void refusesWhatIsNoNumberOfBytes(String text) {
        assertThatThrownBy(() -> new ByteSize().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("such as 10Gi");
    }

    @ParameterizedTest
    @CsvSource({
        "5m, PT5M",
        "30s, PT30S",
        "1h30m, PT1H30M",
        "250ms, PT0.25S",
        "2d, PT48H",
        "0, PT0S",
        "0s, PT0S",
        "PT5M, PT5M",
        "p1dt2h, PT26H"
    })
    void readsDurationsOfBothKinds(String text, Duration span) {
        assertThat(new TimeSpan().convert(text)).isEqualTo(span);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "-5m", "5 m", "m", "PT", "PT-5M", "5m!", "999999999999d"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> new TimeSpan().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("such as 5m");
    }

    @Test
    void readsAddressesToListenOn() {
        assertThat(new ListenAddress().convert("[::1]:80").getHostString()).isEqualTo("::1");
        assertThat(new ListenAddress().convert("localhost:0").getPort()).isZero();
        assertThat(new ListenAddress().convert(":80").getAddress().isAnyLocalAddress())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "80", "host", "host:", "host:x", "host:70000", "::1:80", "host:-1"})
    void refusesWhatIsNoAddressToListenOn(String text) {
        assertThatThrownBy(() -> new ListenAddress().convert(text)).isInstanceOf(TypeConversionException.class);
    }
}
