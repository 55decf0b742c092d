package io.datachunk.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** An nginx that serves files of random bytes from memory, plain and by TLS 1.3. Owned by the thread of the benchmark. */
final class Nginx implements AutoCloseable {
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final Process process;
    private final Path directory;
    private final int plainPort;
    private final int tlsPort;

    private Nginx(Process process, Path directory, int plainPort, int tlsPort) {
        this.process = process;
        this.directory = directory;
        this.plainPort = plainPort;
        this.tlsPort = tlsPort;
    }

    static Nginx start(Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory.resolve("files"));
        Program.run(directory.resolve("openssl.log"), """
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=benchmark \
                -addext subjectAltName=IP:127.0.0.1 -keyout %1$s/key.pem -out %1$s/certificate.pem
                """.formatted(directory));
        int plainPort = freePort();
        int tlsPort = freePort();
        Path configuration = Files.writeString(directory.resolve("nginx.conf"), """
                daemon off;
                user %4$s;
                worker_processes 2;
                pid %1$s/pid;
                error_log %1$s/error.log;
                events { worker_connections 1024; }
                http {
                  access_log off;
                  sendfile on;
                  tcp_nopush on;
                  keepalive_requests 1000000;
                  client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s; uwsgi_temp_path %1$s; scgi_temp_path %1$s;
                  server {
                    listen 127.0.0.1:%2$d;
                    listen 127.0.0.1:%3$d ssl;
                    ssl_certificate %1$s/certificate.pem;
                    ssl_certificate_key %1$s/key.pem;
                    ssl_protocols TLSv1.3;
                    root %1$s/files;
                  }
                }
                """.formatted(
                        directory, plainPort, tlsPort, System.getProperty("user.name")));
        Process process = new ProcessBuilder(
                        "/usr/sbin/nginx", "-p", directory.toString(), "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("nginx.log").toFile())
                .start();
        Nginx nginx = new Nginx(process, directory, plainPort, tlsPort);
        nginx.awaitPort();
        return nginx;
    }

    /** Makes a file of random bytes; gives its SHA-256 in hex. */
    String put(String name, int bytes) throws Exception {
        byte[] content = new byte[bytes];
        new SplittableRandom(20_260_102).nextBytes(content);
        Files.write(file(name), content);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    Path file(String name) {
        return directory.resolve("files").resolve(name);
    }

    Path certificate() {
        return directory.resolve("certificate.pem");
    }

    String plainUrl(String name) {
        return "http://127.0.0.1:" + plainPort + "/" + name;
    }

    String tlsUrl(String name) {
        return "https://127.0.0.1:" + tlsPort + "/" + name;
    }

    private void awaitPort() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), tlsPort));
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() - begin > PATIENCE_NANOS) {
                    close();
                    throw new IOException(
                            "nginx did not start: " + Files.readString(directory.resolve("nginx.log")), e);
                }
                Thread.sleep(20);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** By SIGTERM, so that its workers go too. */
    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
