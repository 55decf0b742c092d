package io.datachunk.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the agent cannot begin with: one line that says what to change, an exit code, and nothing touched. */
class BadInputIT {
    private static final int USAGE = 2;
    private static final int FAILURE = 1;

    @TempDir
    private Path directory;

    private Path manifests;
    private Path data;

    @BeforeEach
    void setUp() throws IOException {
        manifests = Files.createDirectory(directory.resolve("manifests"));
        data = Files.createDirectory(directory.resolve("data"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --no-such-option       | --no-such-option
                    --chunks-at-once=0     | --chunks-at-once
                    --connections=many     | --connections
                    --reserve=5X           | --reserve
                    --max-bandwidth=0      | --max-bandwidth
                    --delete-grace=soon    | --delete-grace
                    --http=9510            | --http
                    --http=host:99999      | --http
                    --log-format=xml       | --log-format
                    --kubernetes           | --manifests
                    --allow-address=10.0.0.0/33 | 10.0.0.0/33
                    --deny-address=home    | home
                    """)
    void aWrongOptionIsNamed(String option, String named) {
        Ended ended = run(List.of("--manifests=" + manifests, "--data-dir=" + data, option));

        assertThat(ended.code()).as(ended.said()).isEqualTo(USAGE);
        assertThat(ended.said().lines()).singleElement().asString().contains(named);
        assertUntouched();
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(run(List.of("--manifests=" + manifests))).satisfies(ended -> {
            assertThat(ended.code()).isEqualTo(USAGE);
            assertThat(ended.said().lines()).singleElement().asString().contains("--data-dir");
        });
        assertThat(run(List.of("--data-dir=" + data))).satisfies(ended -> {
            assertThat(ended.code()).isEqualTo(USAGE);
            assertThat(ended.said().lines()).singleElement().asString().contains("--manifests", "--kubernetes");
        });
    }

    @Test
    void anUnusableDirectoryOfManifestsIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertFails("--manifests", "--manifests=" + directory.resolve("nowhere"), "--data-dir=" + data);
        assertFails("not a directory", "--manifests=" + file, "--data-dir=" + data);
        assertUntouched();
    }

    @Test
    void anUnusableDataDirectoryIsNamed() throws IOException {
        Path nowhere = directory.resolve("nowhere");
        assertFails(nowhere.toString(), "--manifests=" + manifests, "--data-dir=" + nowhere);
        assertThat(nowhere).doesNotExist();

        Path foreign = Files.createDirectory(directory.resolve("foreign"));
        Path diary = Files.writeString(foreign.resolve("diary.txt"), "mine");
        assertFails(foreign.toString(), "--manifests=" + manifests, "--data-dir=" + foreign);
        assertThat(diary).hasContent("mine");
        try (Stream<Path> files = Files.list(foreign)) {
            assertThat(files).containsExactly(diary);
        }
    }

    @Test
    void unusableFilesAreNamed() throws IOException {
        Path credentials = Files.writeString(directory.resolve("credentials.yaml"), "data.example.org: {beerer: x}\n");
        Path authorities = Files.writeString(directory.resolve("ca.pem"), "no certificate");
        assertFails("beerer", "--manifests=" + manifests, "--data-dir=" + data, "--credentials=" + credentials);
        assertFails("ca.pem", "--manifests=" + manifests, "--data-dir=" + data, "--ca=" + authorities);
        assertFails(
                "nothing.yaml",
                "--manifests=" + manifests,
                "--data-dir=" + data,
                "--credentials=" + directory.resolve("nothing.yaml"));
        assertUntouched();
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFails(
                    "--http",
                    "--manifests=" + manifests,
                    "--data-dir=" + data,
                    "--http=127.0.0.1:" + taken.getLocalPort());
        }
        assertUntouched();
    }

    @Test
    void aDataDirectoryOfARunningAgentIsRefusedAndTheAgentGoesOn() {
        List<String> arguments = List.of("--manifests=" + manifests, "--data-dir=" + data, "--http=127.0.0.1:0");
        try (AgentProcess first =
                AgentProcess.start(arguments.toArray(String[]::new)).awaitReady()) {
            Ended second = run(arguments);

            assertThat(second.code()).isEqualTo(FAILURE);
            assertThat(second.complaint()).contains(data.toString());
            assertThat(first.get("/readyz")).isEqualTo("ok\n");
            assertThat(first.end()).isZero();
        }
    }

    @Test
    void anotherVolumeThanBeforeIsRefusedUntilItIsAccepted() throws IOException {
        Path state = Files.createDirectory(directory.resolve("state"));
        String[] arguments = {
            "--manifests=" + manifests, "--data-dir=" + data, "--state-dir=" + state, "--http=127.0.0.1:0"
        };
        try (AgentProcess agent = AgentProcess.start(arguments).awaitReady()) {
            assertThat(agent.end()).isZero();
        }
        Files.move(data, directory.resolve("elsewhere"));
        Files.createDirectory(data);

        Ended refused = run(List.of(arguments));

        assertThat(refused.code()).isEqualTo(FAILURE);
        assertThat(refused.complaint()).contains(data.toString(), "--accept-new-volume");
        assertUntouched();
        List<String> accepting = new ArrayList<>(List.of(arguments));
        accepting.add("--accept-new-volume");
        try (AgentProcess agent =
                AgentProcess.start(accepting.toArray(String[]::new)).awaitReady()) {
            assertThat(agent.end()).isZero();
        }
    }

    @Test
    void anOlderJavaIsToldWhichOneIsNeeded() throws IOException, InterruptedException {
        Path old = olderJava();
        if (old == null) {
            throw Missing.from(BadInputIT.class, "there is no Java 17 to 24 beside this one");
        }
        Process process = new ProcessBuilder(old.toString(), "-jar", AgentProcess.JAR.toString(), "--help")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(FAILURE);
        assertThat(said.lines()).singleElement().asString().contains("Java 25");
    }

    /** The one that runs Maven, or another; null if there is none. */
    private static @Nullable Path olderJava() throws IOException {
        Path installed = Path.of(System.getProperty("java.home")).resolveSibling(".");
        try (Stream<Path> homes = Files.list(installed.normalize())) {
            for (Path home : homes.sorted().toList()) {
                Path release = home.resolve("release");
                if (Files.isRegularFile(release)
                        && Files.readString(release).matches("(?s).*JAVA_VERSION=\"(17|18|19|2[0-4])\\b.*")
                        && Files.isExecutable(home.resolve("bin/java"))) {
                    return home.resolve("bin/java");
                }
            }
        }
        return null;
    }

    private void assertFails(String named, String... arguments) {
        Ended ended = run(List.of(arguments));

        assertThat(ended.code()).as(ended.said()).isEqualTo(FAILURE);
        assertThat(ended.complaint()).contains(named);
    }

    private void assertUntouched() {
        assertThat(data).isEmptyDirectory();
    }

    /** How it ended, and what it said. */
    private record Ended(int code, String said) {
        /** The one line that is not of the log. */
        String complaint() {
            List<String> complaints = said.lines()
                    .filter(line -> line.startsWith("datachunk-agent: "))
                    .toList();
            assertThat(complaints).as(said).hasSize(1);
            assertThat(said).doesNotContain("\tat ", "Exception");
            return complaints.getFirst();
        }
    }

    private static Ended run(List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        if (arguments.stream().noneMatch(argument -> argument.startsWith("--http"))) {
            all.add("--http=127.0.0.1:0");
        }
        try (AgentProcess agent = AgentProcess.start(all.toArray(String[]::new))) {
            return new Ended(agent.awaitEnd(), agent.output());
        }
    }
}
