package io.datachunk.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * An etcd and an API server of this test run, on loopback, in a directory of their own. There are no controllers: nothing deletes what a deleted owner
 * leaves, and no namespace ever ends. Owned by the thread of the test.
 */
final class ControlPlane implements AutoCloseable {
    private final Path programs;
    private final Path directory;
    private final int etcdPort;
    private final int apiPort;
    private RunningProgram etcd;
    private RunningProgram apiServer;

    private ControlPlane(Path programs, Path directory) throws IOException, GeneralSecurityException {
        this.programs = programs;
        this.directory = directory;
        this.etcdPort = freePort();
        this.apiPort = freePort();
        writeIdentities();
        this.etcd = startEtcd();
        this.apiServer = startApiServer();
    }

    static ControlPlane start(Path programs) throws IOException, GeneralSecurityException {
        ControlPlane controlPlane = new ControlPlane(programs, Files.createTempDirectory("datachunk-e2e"));
        try {
            controlPlane.awaitReady();
            return controlPlane;
        } catch (Throwable e) {
            controlPlane.close();
            throw e;
        }
    }

    /** Of the administrator. */
    Path kubeconfig() {
        return directory.resolve("kubeconfig");
    }

    /** As a crash of the machine that runs it. */
    void killApiServer() throws InterruptedException {
        apiServer.kill();
    }

    void startApiServerAgain() throws IOException {
        apiServer.close();
        apiServer = startApiServer();
        awaitReady();
    }

    /** Copies all that it knows, as a backup. It is away for some seconds. */
    void backUp() throws IOException {
        stopAll();
        copy(directory.resolve("etcd"), directory.resolve("backup"));
        startAllAgain();
    }

    /** Goes back to what it knew at the time of the backup. */
    void restore() throws IOException {
        stopAll();
        Files.move(directory.resolve("etcd"), directory.resolve("etcd-lost"));
        copy(directory.resolve("backup"), directory.resolve("etcd"));
        startAllAgain();
    }

    /** How much of its file etcd needs for what is there now, without the past. */
    long etcdBytes() throws IOException, InterruptedException {
        String revision =
                askEtcd("maintenance/status", "{}").at("/header/revision").asText();
        askEtcd("kv/compaction", "{\"revision\": " + revision + ", \"physical\": true}");
        return askEtcd("maintenance/status", "{}").get("dbSizeInUse").asLong();
    }

    private JsonNode askEtcd(String what, String question) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + etcdPort + "/v3/" + what))
                    .POST(HttpRequest.BodyPublishers.ofString(question))
                    .build();
            return new ObjectMapper()
                    .readTree(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body());
        }
    }

    private void stopAll() {
        apiServer.close();
        etcd.close();
    }

    private void startAllAgain() throws IOException {
        etcd = startEtcd();
        startApiServerAgain();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    @Override
    public void close() {
        apiServer.close();
        etcd.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RunningProgram startEtcd() throws IOException {
        String client = "http://127.0.0.1:" + etcdPort;
        String peer = "http://127.0.0.1:" + freePort();
        return RunningProgram.start(
                directory.resolve("etcd.log"),
                Map.of(),
                List.of(
                        program("etcd"),
                        "--data-dir=" + directory.resolve("etcd"),
                        "--unsafe-no-fsync",
                        "--listen-client-urls=" + client,
                        "--advertise-client-urls=" + client,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer,
                        "--initial-cluster=default=" + peer));
    }

    private RunningProgram startApiServer() throws IOException {
        return RunningProgram.start(
                directory.resolve("kube-apiserver.log"),
                Map.of(),
                List.of(
                        program("kube-apiserver"),
                        "--etcd-servers=http://127.0.0.1:" + etcdPort,
                        "--bind-address=127.0.0.1",
                        "--secure-port=" + apiPort,
                        "--cert-dir=" + directory,
                        "--authorization-mode=Node,RBAC",
                        "--token-auth-file=" + directory.resolve("tokens"),
                        "--endpoint-reconciler-type=none",
                        "--service-cluster-ip-range=10.96.0.0/16",
                        "--service-account-issuer=https://kubernetes.default.svc",
                        "--service-account-key-file=" + directory.resolve("accounts.pub"),
                        "--service-account-signing-key-file=" + directory.resolve("accounts.key")));
    }

    private void awaitReady() {
        apiServer.await("the API server ready", () -> {
            try (KubernetesClient client = Cluster.clientOf(kubeconfig())) {
                return client.raw("/readyz").equals("ok")
                        && client.namespaces().withName("default").get() != null;
            } catch (KubernetesClientException e) {
                return false; // not yet
            }
        });
    }

    private void writeIdentities() throws IOException, GeneralSecurityException {
        KeyPair accounts = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        writePem("accounts.key", "PRIVATE KEY", accounts.getPrivate().getEncoded());
        writePem("accounts.pub", "PUBLIC KEY", accounts.getPublic().getEncoded());
        String token = UUID.randomUUID().toString();
        Files.writeString(directory.resolve("tokens"), token + ",e2e,e2e,system:masters\n");
        Files.writeString(kubeconfig(), """
                apiVersion: v1
                kind: Config
                current-context: e2e
                clusters:
                - name: e2e
                  cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}
                users:
                - name: e2e
                  user: {token: "%s"}
                contexts:
                - name: e2e
                  context: {cluster: e2e, user: e2e, namespace: default}
                """.formatted(apiPort, token));
    }

    private void writePem(String file, String type, byte[] content) throws IOException {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        Files.writeString(
                directory.resolve(file), "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
    }

    private String program(String name) {
        return programs.resolve(name).toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
