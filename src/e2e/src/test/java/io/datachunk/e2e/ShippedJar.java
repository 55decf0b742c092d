package io.datachunk.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An operator or an agent as it ships: the jar, in a process of its own, with the flags of its image. */
record ShippedJar(RunningProgram program, int port) implements AutoCloseable {
    static ShippedJar operator(Path kubeconfig, Path log, String... arguments) throws IOException {
        return start("operator", kubeconfig, log, List.of(arguments));
    }

    /** An agent that may download from 127.0.0.1, and from no other address of this machine. */
    static ShippedJar agent(Path kubeconfig, String node, Path data, Path log, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "--kubernetes",
                "--node-name=" + node,
                "--data-dir=" + data,
                "--reserve=0",
                "--allow-address=127.0.0.1/32"));
        all.addAll(List.of(arguments));
        return start("agent", kubeconfig, log, all);
    }

    /** What the operator's check prints of the installation, without waiting for a better one. */
    static Cluster.Printed check(Path kubeconfig) {
        List<String> command = java("operator");
        command.addAll(List.of("check", "--wait=0"));
        return Cluster.run(Map.of("KUBECONFIG", kubeconfig.toString()), command);
    }

    /** How a program says it is used. */
    static String help(String module) {
        List<String> command = java(module);
        command.add("--help");
        return Cluster.run(Map.of(), command).text();
    }

    /** The beginning of a command line. */
    private static List<String> java(String module) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty(module + ".jvmFlags").split(",")));
        command.add("-jar");
        command.add(Cluster.ROOT
                .resolve("src/" + module + "/target/datachunk-" + module + ".jar")
                .toString());
        return command;
    }

    private static ShippedJar start(String module, Path kubeconfig, Path log, List<String> arguments)
            throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        List<String> command = java(module);
        command.add("--http=127.0.0.1:" + port);
        command.addAll(arguments);
        return new ShippedJar(RunningProgram.start(log, Map.of("KUBECONFIG", kubeconfig.toString()), command), port);
    }

    ShippedJar awaitReady() {
        program.await("ready", () -> get("/readyz").equals("ok\n"));
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
