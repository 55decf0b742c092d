package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The chart's alerts and its dashboard ask for what is there. */
class MonitoringIT extends LakeTest {
    private static final Pattern METRIC = Pattern.compile("\\bdatachunk_[a-z_]+");
    private static final Pattern SELECTED = Pattern.compile("datachunk_[a-z_]+\\{[a-z]+=\\\\?\"[A-Za-z]+\\\\?\"}");

    MonitoringIT() {
        super("e2e-monitoring");
    }

    @Test
    void everyMetricThatIsAskedForIsAnswered() throws IOException {
        lake.node("mon-a", Map.of());
        ShippedJar operator = lake.operator().awaitReady();
        ShippedJar agent = lake.agent("mon-a").awaitReady();
        lake.chunk("one", 0, 1_000, "mon-a", Map.of());
        lake.chunks().awaitReady("one", "1/1");
        String rules = Files.readString(Helm.CHART.resolve("files/rules.yaml"));
        String dashboard = Files.readString(Helm.CHART.resolve("files/dashboard.json"));

        String answered = operator.get("/metrics") + agent.get("/metrics");

        assertThat(found(METRIC, answered)).containsAll(found(METRIC, rules)).containsAll(found(METRIC, dashboard));
        assertThat(found(SELECTED, rules))
                .isNotEmpty()
                .allSatisfy(series -> assertThat(answered).contains(series));
    }

    private static Set<String> found(Pattern pattern, String text) {
        return Stream.of(text)
                .flatMap(all -> pattern.matcher(all).results())
                .map(MatchResult::group)
                .collect(Collectors.toSet());
    }
}
