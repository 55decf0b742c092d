package io.datachunk.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class OperatorCommandTest {
    private final StringWriter said = new StringWriter();
    private final CommandLine command = new CommandLine(new OperatorCommand())
            .setErr(new PrintWriter(said, true))
            .setOut(new PrintWriter(said, true));

    @ParameterizedTest
    @ValueSource(
            strings = {"--http=8080", "--http=:8080", "--http=localhost:", "--http=localhost:70000", "--http=a:-1"})
    void anAddressThatIsNoneIsAUsageError(String argument) {
        assertThat(command.execute(argument)).isEqualTo(2);
        assertThat(said.toString()).contains("--http needs HOST:PORT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--log-format=xml", "--log-level=loud", "--namespace=a", "everything"})
    void whatItDoesNotKnowIsAUsageError(String argument) {
        assertThat(command.execute(argument)).isEqualTo(2);
        assertThat(said.toString()).containsPattern("xml|loud|Unknown option: '--namespace=a'|everything");
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(command.execute("--help")).isZero();
        assertThat(said.toString())
                .contains("--namespaces", "--http", "127.0.0.1:8080", "--log-format", "--log-level", "--version");
    }
}
