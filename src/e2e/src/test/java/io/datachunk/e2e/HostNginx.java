package io.datachunk.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** An nginx on the machine of the node, within the reach of its pods alone. {@code /tiny/ANYTHING} is a file of a line. Owned by the thread of the test. */
final class HostNginx implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/nginx");

    private final RunningProgram program;
    private final Path directory;
    private final int port;

    private HostNginx(RunningProgram program, Path directory, int port) {
        this.program = program;
        this.directory = directory;
        this.port = port;
    }

    static HostNginx start(Path directory) throws IOException {
        if (!Files.isExecutable(PROGRAM)) {
            throw ClusterExtension.missing("nginx is not installed");
        }
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(Node.ADDRESS))) {
            port = socket.getLocalPort();
        }
        Files.createDirectories(directory.resolve("files"));
        Path configuration =
                Files.writeString(directory.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                user root;
                pid %1$s/pid;
                error_log %1$s/error.log;
                events { worker_connections 1024; }
                http {
                  log_format asked '$request_method $uri $status';
                  access_log %1$s/access.log asked;
                  sendfile on;
                  client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s; uwsgi_temp_path %1$s; scgi_temp_path %1$s;
                  server {
                    listen %2$s:%3$d backlog=1024;
                    root %1$s/files;
                    location /tiny/ { return 200 "$uri\\n"; }
                  }
                }
                """.formatted(directory, Node.ADDRESS, port));
        RunningProgram program = RunningProgram.start(
                directory.resolve("nginx.log"),
                Map.of(),
                List.of(PROGRAM.toString(), "-p", directory.toString(), "-c", configuration.toString()));
        return new HostNginx(program, directory, port);
    }

    /** Makes a file of random bytes; gives its SHA-256. */
    String put(String name, int bytes, long seed) throws IOException {
        Random random = new Random(seed);
        byte[] block = new byte[1 << 16];
        MessageDigest digest = sha256();
        try (OutputStream out = new DigestOutputStream(
                Files.newOutputStream(directory.resolve("files").resolve(name)), digest)) {
            for (int left = bytes; left > 0; left -= block.length) {
                random.nextBytes(block);
                out.write(block, 0, Math.min(left, block.length));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    String url(String path) {
        return "http://" + Node.ADDRESS + ":" + port + "/" + path;
    }

    /** {@code METHOD path status} of each answer so far. */
    List<String> answers() throws IOException {
        return Files.readAllLines(directory.resolve("access.log"));
    }

    @Override
    public void close() {
        program.close();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
