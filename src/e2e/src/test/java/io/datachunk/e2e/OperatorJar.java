package io.datachunk.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An operator as it ships: the jar, in a process of its own. */
record OperatorJar(RunningProgram program, int port) implements AutoCloseable {
    static OperatorJar start(Path kubeconfig, Path log, String... arguments) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:TieredStopAtLevel=1",
                "-XX:MinHeapFreeRatio=10",
                "-XX:MaxHeapFreeRatio=20",
                "-jar",
                Cluster.ROOT
                        .resolve("src/operator/target/datachunk-operator.jar")
                        .toString(),
                "--http=127.0.0.1:" + port));
        command.addAll(List.of(arguments));
        return new OperatorJar(RunningProgram.start(log, Map.of("KUBECONFIG", kubeconfig.toString()), command), port);
    }

    OperatorJar awaitReady() {
        program.await("the operator ready", () -> get("/readyz").equals("ok\n"));
        return this;
    }

    /** The body of an answer; empty when there is none. */
    String get(String path) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** The value of a metric, named with its labels if it has any; 0 before it exists. */
    double metric(String name) {
        return get("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    @Override
    public void close() {
        program.close();
    }
}
