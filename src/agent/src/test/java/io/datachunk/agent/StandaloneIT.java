package io.datachunk.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people and programs see of an agent that follows a directory of manifests. */
class StandaloneIT {
    @TempDir
    private Path directory;

    private Path data;
    private Declared manifests;
    private Bucket bucket;
    private final List<AgentProcess> agents = new ArrayList<>();

    @BeforeEach
    void setUp() throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
        manifests = new Declared(Files.createDirectory(directory.resolve("manifests")));
        bucket = Bucket.http();
    }

    @AfterEach
    void tearDown() {
        agents.forEach(AgentProcess::close);
        bucket.close();
    }

    private AgentProcess start(String... more) {
        return start(AgentProcess.Setting.PLAIN, more);
    }

    private AgentProcess start(AgentProcess.Setting setting, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--manifests=" + manifests.directory(),
                "--data-dir=" + data,
                "--http=127.0.0.1:0",
                "--allow-address=127.0.0.1/32",
                "--reserve=0"));
        arguments.addAll(List.of(more));
        AgentProcess agent = AgentProcess.start(setting, arguments);
        agents.add(agent);
        return agent;
    }

    /** Declares a chunk whose bytes the bucket has. */
    private void declare(int number) throws IOException {
        bucket.put("/" + Declared.name(number), bytes(number, 1_000));
        manifests.declare(number, bucket.url() + "/" + Declared.name(number));
    }

    private static byte[] bytes(int number, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (number + i * 17 + (i >> 8));
        }
        return bytes;
    }

    private List<String> chunkDirectories() throws IOException {
        try (var files = Files.list(data.resolve("chunks").resolve(Declared.DATASET.toString()))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void keepsWhatTheManifestsDeclareAndSaysSoEverywhere() throws IOException {
        AgentProcess agent = start("--state-dir=" + Files.createDirectory(directory.resolve("state")))
                .awaitReady();
        declare(0);
        declare(1);
        manifests.declare(2, bucket.url() + "/c2?signature=secret");
        manifests.write(
                "odd.yaml",
                "kind: DataChunk\napiVersion: datachunk.io/v1alpha1\nmetadata: {name: odd}\nspec: {id: 5}\n");
        manifests.write("broken.yaml", "{ this is [not: yaml\n");

        agent.awaitsState("c0", "Ready", "Ready");
        agent.awaitsState("c1", "Ready", "Ready");
        agent.awaitsState("c2", "Failed", "NotFound");
        agent.awaitsState("odd", "Failed", "InvalidSpec");
        assertThat(agent.output()).contains("broken.yaml").doesNotContain("secret");
        assertThat(agent.get("/v1/chunks")).doesNotContain("secret");
        JsonNode row = agent.row("c0");
        assertThat(row.properties().stream().map(field -> field.getKey()))
                .containsExactly(
                        "name",
                        "id",
                        "dataset",
                        "start",
                        "end",
                        "state",
                        "reason",
                        "message",
                        "bytesDone",
                        "bytesTotal",
                        "since",
                        "holders");
        assertThat(row.path("bytesDone").asLong()).isEqualTo(1_000);
        try (ChunkIndex index = ChunkIndex.open(data, directory.resolve("state"));
                ChunkRef held = index.find(Declared.DATASET, 999).orElseThrow()) {
            assertThat(held.path().resolve("blocks")).hasBinaryContent(bytes(0, 1_000));
            manifests.remove(0);
            agent.awaitsState("c0", "Retiring", "WaitingForReferences");
            agent.awaits(() -> assertThat(agent.row("c0").path("holders")).isNotEmpty());
            assertMetrics(agent);
        }
        agent.awaits(() -> assertThat(agent.rows())
                .isNotEmpty()
                .noneMatch(some -> some.path("name").asText().equals("c0")));

        manifests.write("c1.yaml", "{ broken now");
        manifests.write(
                "more.yaml",
                Declared.chunk(3, bucket.url() + "/c1") + "---\n" + Declared.chunk(4, bucket.url() + "/c1"));
        manifests.write("five.json", json(Declared.chunk(5, bucket.url() + "/c1")));
        agent.awaitsState("c3", "Ready", "Ready");
        agent.awaitsState("c4", "Ready", "Ready");
        agent.awaitsState("c5", "Ready", "Ready");
        agent.awaitsState("c1", "Ready", "Ready");
        assertThat(agent.status("/livez")).isEqualTo(200);
        assertThat(agent.status("/nothing")).isEqualTo(404);
        assertThat(agent.end()).isZero();
    }

    private static String json(String yaml) throws IOException {
        return new ObjectMapper(new YAMLFactory()).readTree(yaml).toString();
    }

    private static void assertMetrics(AgentProcess agent) {
        String metrics = agent.get("/metrics");
        assertThat(metrics)
                .contains(
                        "datachunk_chunks{state=\"Ready\"} 1.0",
                        "datachunk_chunks{state=\"Failed\"} 1.0",
                        "datachunk_chunks{state=\"Retiring\"} 1.0",
                        "datachunk_bytes{state=\"Ready\"} 1000.0",
                        "datachunk_download_bytes_total 2000.0",
                        "datachunk_downloads_total{reason=\"Ready\",result=\"success\"} 2.0",
                        "datachunk_downloads_total{reason=\"NotFound\",result=\"failure\"}",
                        "datachunk_download_duration_seconds_bucket",
                        "datachunk_queue_chunks 0.0",
                        "datachunk_volume_capacity_bytes ",
                        "datachunk_volume_available_bytes ",
                        "datachunk_volume_reserved_bytes ",
                        "datachunk_open_references 1.0",
                        "datachunk_deletes_deferred 1.0")
                .doesNotContain(Declared.id(0).toString(), "127.0.0.1");
    }

    @Test
    void endsInTimeAndTheNextGoesOnWhereItWas() throws IOException {
        int length = 1 << 20;
        bucket.put("/c0", bytes(0, length));
        bucket.brake(length / 30);
        manifests.declare(0, bucket.url() + "/c0");
        AgentProcess first = start("--log-format=json");
        first.awaits(
                () -> assertThat(first.row("c0").path("bytesDone").asLong()).isGreaterThan(length / 10));

        long began = System.nanoTime();
        assertThat(first.end()).as("exit code after SIGTERM").isZero();
        System.out.println("measured: SIGTERM in mid-download to the end: "
                + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms");

        ObjectMapper json = new ObjectMapper();
        assertThat(first.output().lines())
                .isNotEmpty()
                .allSatisfy(line ->
                        assertThat(json.readTree(line).path("level").asText()).isIn("INFO", "WARN"));
        bucket.brake(Long.MAX_VALUE);
        AgentProcess second = start();
        second.awaitsState("c0", "Ready", "Ready");
        assertThat(bucket.requests()).hasSize(2);
        assertThat(bucket.requests().getLast().from()).isGreaterThan(length / 20);
        try (ChunkIndex index = ChunkIndex.open(data);
                ChunkRef found = index.find(Declared.DATASET, 0).orElseThrow()) {
            assertThat(found.path().resolve("blocks")).hasBinaryContent(bytes(0, length));
        }
    }

    @Test
    void aMassDeletionIsHeldUndoneAtNoCostAndInTheEndCarriedOut() throws IOException {
        AgentProcess agent = start("--delete-grace=15s").awaitReady();
        for (int number = 0; number < 100; number++) {
            declare(number);
        }
        agent.awaits(() -> assertThat(agent.count("Ready", "Ready")).isEqualTo(100));

        // At once, as an emptied checkout is: the directory is replaced.
        Path next = Files.createDirectory(directory.resolve("next"));
        IntStream.range(60, 100).forEach(number -> copy(manifests.directory(), next, number));
        Path kept = Files.move(manifests.directory(), directory.resolve("kept"));
        Files.move(next, manifests.directory());

        agent.awaits(() -> {
            assertThat(agent.count("Ready", "DeletesHeld")).isEqualTo(40);
            assertThat(chunkDirectories()).hasSize(80);
        });
        assertThat(agent.output()).contains("40 chunks are not declared any more, too many at once");
        int requests = bucket.requests().size();
        IntStream.range(0, 60).forEach(number -> copy(kept, manifests.directory(), number));
        agent.awaits(() -> assertThat(agent.count("Ready", "Ready")).isEqualTo(100));
        assertThat(bucket.requests()).as("only what had gone comes again").hasSize(requests + 20);

        for (int number = 0; number < 60; number++) {
            manifests.remove(number);
        }
        agent.awaits(() -> assertThat(chunkDirectories()).hasSize(40));
    }

    private static void copy(Path from, Path to, int number) {
        String name = "c" + number + ".yaml";
        try {
            Files.copy(from.resolve(name), to.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void credentialsAreForTheirHostAloneAndReadAgainWhenTheyChange() throws IOException {
        Path credentials = directory.resolve("credentials.yaml");
        Files.writeString(credentials, "127.0.0.1: {bearer: old, headers: {X-Api-Key: key}}\n");
        bucket.put("/c0", bytes(0, 1_000));
        bucket.demand("Bearer new");
        AgentProcess agent = start("--credentials=" + credentials).awaitReady();
        manifests.declare(0, bucket.url() + "/c0");
        agent.awaitsState("c0", "Failed", "Forbidden");

        Path draft =
                Files.writeString(directory.resolve("draft"), "127.0.0.1: {bearer: new, headers: {X-Api-Key: key}}\n");
        Files.move(draft, credentials, StandardCopyOption.REPLACE_EXISTING);
        agent.awaits(() -> assertThat(agent.output()).contains("read the credentials of 1 hosts again"));
        try (Bucket other = Bucket.http()) {
            other.put("/c1", bytes(1, 1_000));
            bucket.redirect("/away", "http://localhost:" + other.port() + "/c1");
            manifests.declare(1, bucket.url() + "/away");
            manifests.declare(0, bucket.url() + "/c0?again");

            agent.awaitsState("c0", "Ready", "Ready");
            agent.awaitsState("c1", "Ready", "Ready");
            assertThat(bucket.requests()).allMatch(request -> "key".equals(request.apiKey()));
            assertThat(other.requests()).singleElement().satisfies(request -> {
                assertThat(request.authorization()).isNull();
                assertThat(request.apiKey()).isNull();
            });
        }
    }

    @Test
    void aPrivateAuthorityIsTrustedWhenItIsNamed() throws Exception {
        OwnAuthority authority = OwnAuthority.make(directory);
        try (Bucket secure = Bucket.https(authority.context())) {
            secure.put("/c0", bytes(0, 1_000));
            manifests.declare(0, secure.url() + "/c0");
            AgentProcess without = start().awaitReady();
            without.awaits(
                    () -> assertThat(without.row("c0").path("reason").asText()).isEqualTo("SourceUnreachable"));
            assertThat(without.end()).isZero();

            start("--ca=" + authority.pem()).awaitsState("c0", "Ready", "Ready");
        }
    }

    @Test
    void aProxyOfTheEnvironmentIsUsed() throws IOException {
        bucket.put("/c0", bytes(0, 1_000));
        manifests.declare(0, "http://lake.invalid/c0");

        start(AgentProcess.Setting.PLAIN.withEnvironment("http_proxy", bucket.url()))
                .awaitsState("c0", "Ready", "Ready");

        assertThat(bucket.requests()).extracting(Bucket.Request::uri).containsExactly("http://lake.invalid/c0");
    }

    @Test
    void aFullDiskIsWaitedForAndNothingIsLost() throws IOException {
        List<String> small = smallDisk(40);
        int length = 24 << 20;
        bucket.put("/c0", new byte[length]);
        bucket.put("/c1", new byte[length]);
        manifests.declare(0, bucket.url() + "/c0");
        AgentProcess agent = start(new AgentProcess.Setting(small, List.of(), Map.of()));
        agent.awaitsState("c0", "Ready", "Ready");

        manifests.declare(1, bucket.url() + "/c1");

        agent.awaitsState("c1", "Queued", "InsufficientSpace");
        agent.awaitsState("c0", "Ready", "Ready");
        manifests.remove(0);
        agent.awaitsState("c1", "Ready", "Ready");
        assertThat(agent.end()).isZero();
    }

    /** A command that runs another one with a file system of so many MiB at the data directory, which that one alone sees. */
    private List<String> smallDisk(int mebibytes) {
        List<String> command = List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=" + mebibytes + "m none " + data + " && exec \"$@\"",
                "sh");
        List<String> attempt = new ArrayList<>(command);
        attempt.add("true");
        try {
            Process process =
                    new ProcessBuilder(attempt).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() == 0) {
                return command;
            }
            throw Missing.from(StandaloneIT.class, "a mount namespace cannot be made: " + said.strip());
        } catch (IOException e) {
            throw Missing.from(StandaloneIT.class, "a mount namespace cannot be made: " + e.getMessage());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
