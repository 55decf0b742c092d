package io.datachunk.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.datachunk.agent.world.ManifestText;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.ChunkIndex;
import io.datachunk.reader.ChunkRef;
import io.datachunk.reader.DatasetId;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's jar against a real nginx: 5 chunks of 200 MB in 5 files each, read back byte by byte by a reader. */
class NginxIT {
    private static final int CHUNKS = 5;
    private static final int FILES = 5;
    private static final int FILE_BYTES = Integer.getInteger("nginx.fileMiB", 40) << 20;
    private static final DatasetId DATASET = DatasetId.parse("9a".repeat(32));

    private @Nullable Process nginx;

    @TempDir
    Path directory;

    @AfterEach
    void endNginx() throws InterruptedException {
        if (nginx != null) {
            // It ends its workers when it is asked to end, not when it is killed.
            nginx.destroy();
            if (!nginx.waitFor(20, TimeUnit.SECONDS)) {
                nginx.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void downloadsEveryByteFromNginx() throws Exception {
        requireNginx();
        Path origin = Files.createDirectory(directory.resolve("origin"));
        int port = startNginx(origin);
        Path manifests = Files.createDirectory(directory.resolve("manifests"));
        Files.writeString(manifests.resolve("chunks.yaml"), makeChunks(origin, port));

        Path data = Files.createDirectory(directory.resolve("data"));
        try (AgentProcess agent = AgentProcess.start(
                "--manifests=" + manifests,
                "--data-dir=" + data,
                "--http=127.0.0.1:0",
                "--allow-address=127.0.0.0/8")) {
            await().atMost(Duration.ofMinutes(5))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> readyChunks(data, agent) == CHUNKS);
            assertEqual(data, origin);
            assertThat(agent.end()).isZero();
        }
    }

    /** What a reader finds is what the origin has. */
    private static void assertEqual(Path data, Path origin) throws IOException {
        try (ChunkIndex index = ChunkIndex.open(data)) {
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                try (ChunkRef reference =
                        index.find(DATASET, chunk * 1_000L + 999).orElseThrow()) {
                    for (int file = 0; file < FILES; file++) {
                        String name = name(chunk, file);
                        assertThat(Files.mismatch(
                                        origin.resolve(name), reference.path().resolve(name)))
                                .as(name)
                                .isEqualTo(-1);
                    }
                }
            }
        }
    }

    private static int readyChunks(Path data, AgentProcess agent) throws IOException {
        assertThat(agent.isAlive())
                .as(() -> "the agent runs; it said: " + agent.output())
                .isTrue();
        try (ChunkIndex index = ChunkIndex.open(data)) {
            return index.list().size();
        }
    }

    private static void requireNginx() {
        if (!Files.isExecutable(Path.of("/usr/sbin/nginx"))) {
            throw Missing.from(NginxIT.class, "nginx is not installed");
        }
    }

    private int startNginx(Path origin) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path run = Files.createDirectory(directory.resolve("nginx"));
        Path configuration = Files.writeString(run.resolve("nginx.conf"), """
                daemon off;
                user root;
                pid %1$s/pid;
                error_log %1$s/error.log;
                events {}
                http {
                  access_log off;
                  sendfile on;
                  client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s; uwsgi_temp_path %1$s; scgi_temp_path %1$s;
                  server { listen 127.0.0.1:%2$d; root %3$s; }
                }
                """.formatted(run, port, origin));
        nginx = new ProcessBuilder("/usr/sbin/nginx", "-p", run.toString(), "-c", configuration.toString())
                .inheritIO()
                .start();
        return port;
    }

    /** Fills the origin and returns the manifests of its chunks. */
    private static String makeChunks(Path origin, int port) throws Exception {
        Random random = new Random(200);
        StringBuilder manifests = new StringBuilder();
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            manifests
                    .append("---\n")
                    .append(ManifestText.head(
                            "chunk-" + chunk,
                            new ChunkId(0, 0, 0, chunk + 1L),
                            DATASET,
                            chunk * 1_000L,
                            (chunk + 1) * 1_000L));
            for (int file = 0; file < FILES; file++) {
                String name = name(chunk, file);
                String sha256 = writeRandom(origin.resolve(name), random);
                manifests.append("  - {name: %s, url: \"http://127.0.0.1:%d/%s\", sizeBytes: %d, sha256: \"%s\"}%n"
                        .formatted(name, port, name, FILE_BYTES, sha256));
            }
        }
        return manifests.toString();
    }

    private static String writeRandom(Path file, Random random) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] block = new byte[1 << 20];
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
            for (int written = 0; written < FILE_BYTES; written += block.length) {
                random.nextBytes(block);
                out.write(block, 0, Math.min(block.length, FILE_BYTES - written));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String name(int chunk, int file) {
        return "chunk-" + chunk + "-file-" + file + ".parquet";
    }
}
