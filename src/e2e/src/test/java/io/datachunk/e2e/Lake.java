package io.datachunk.e2e;

import io.datachunk.api.ChunkEntry;
import io.datachunk.api.DataChunkFile;
import io.datachunk.api.NodeChunks;
import io.datachunk.api.ResourceCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a data lake has, for a test: an origin, chunks in a namespace, the identities that ship, and the processes of nodes and operator.
 * Owned by the thread of the test; what it has started ends with it.
 */
final class Lake implements AutoCloseable {
    private final Cluster cluster;
    private final Path directory;
    private final String namespace;
    private final FileOrigin origin = new FileOrigin();
    private final Chunks chunks;
    private final ServiceAccounts accounts;
    private final Deque<Runnable> ends = new ArrayDeque<>();
    private int started;

    Lake(Cluster cluster, Path directory, String namespace) throws IOException {
        this.cluster = cluster;
        this.directory = directory;
        this.namespace = namespace;
        this.chunks = new Chunks(cluster.client(), namespace);
        this.accounts = ServiceAccounts.install(cluster);
        // What other tests of the same cluster left would count as nodes with agents.
        new PretendedAgents(cluster.client(), namespace).forgetAll();
    }

    FileOrigin origin() {
        return origin;
    }

    Chunks chunks() {
        return chunks;
    }

    void node(String name, Map<String, String> labels) {
        accounts.node(name, labels);
    }

    /** A chunk of one file, of which the origin has so many bytes. */
    void chunk(String name, int number, int bytes, @Nullable String node, Map<String, String> selector) {
        String url = origin.put("/" + name, content(number, bytes));
        chunks.create(name, number, List.of(file("blocks", url)), node, selector);
    }

    static DataChunkFile file(String name, String url) {
        return new DataChunkFile(name, url, null, null);
    }

    static byte[] content(int number, int bytes) {
        byte[] content = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            content[i] = (byte) (number + i * 31 + (i >> 8));
        }
        return content;
    }

    /** The data directory of a node. */
    Path data(String node) throws IOException {
        return Files.createDirectories(directory.resolve("data-" + node));
    }

    /** The agent of a node, with the identity that its pod has. */
    ShippedJar agent(String node, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--namespaces=" + namespace));
        all.addAll(List.of(arguments));
        return keep(ShippedJar.agent(
                accounts.agent(node, directory), node, data(node), log(node), all.toArray(String[]::new)));
    }

    ShippedJar operator() throws IOException {
        return keep(ShippedJar.operator(accounts.operator(directory), log("operator"), "--namespaces=" + namespace));
    }

    Worker worker(String node) throws IOException {
        Worker worker = Worker.start(data(node), Chunks.DATASET);
        ends.push(worker::close);
        return worker;
    }

    NodeChunks report(String node) {
        return cluster.report(node);
    }

    Optional<ResourceCondition> condition(String node, String type) {
        return Optional.ofNullable(report(node).getStatus())
                .flatMap(status -> ResourceCondition.find(status.conditions(), type));
    }

    /** What the node says of its chunks. */
    List<ChunkEntry> entries(String node) {
        return cluster.entries(node);
    }

    @Override
    public void close() {
        ends.forEach(Runnable::run);
        origin.close();
        chunks.deleteAll();
        new PretendedAgents(cluster.client(), namespace).forgetAll();
    }

    private Path log(String name) {
        return directory.resolve(name + "-" + started++ + ".log");
    }

    private ShippedJar keep(ShippedJar program) {
        ends.push(program::close);
        return program;
    }
}
