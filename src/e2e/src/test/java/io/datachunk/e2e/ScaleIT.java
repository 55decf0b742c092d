package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datachunk.api.DataChunk;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * What many chunks cost, with agents and an operator as they ship and a control plane of their own. Prints what the README says;
 * {@code -De2e.chunks=5000} for the whole of it: a full node, and twice as many over three nodes.
 */
class ScaleIT extends OwnClusterTest {
    private static final int ON_ONE_NODE = Integer.getInteger("e2e.chunks", 600);
    private static final int FILE_BYTES = 1_000;
    private static final Duration PATIENCE = Duration.ofMinutes(15);
    private static final Duration STEADY = Duration.ofSeconds(60);
    private static final long MOST_RSS_KILOBYTES = 256 << 10;
    private static final int MOST_OBJECT_BYTES = 1_000_000;
    private static final Pattern REQUESTS_OF_AGENTS = Pattern.compile(
            "(?m)^apiserver_request_total\\{(?=[^}]*(group=\"datachunk.io\"|resource=\"(nodes|events)\"))[^}]*} (\\S+)$");

    ScaleIT() {
        super("e2e-scale");
    }

    @Test
    void onOneNodeEachChunkCostsTwoWritesOfItsStatus() throws IOException, InterruptedException {
        Map<String, Set<String>> versions = new ConcurrentHashMap<>();
        try (Watch _ = cluster.client()
                .resources(DataChunk.class)
                .inNamespace("e2e-scale")
                .watch(new VersionRecorder(versions))) {
            double writes = measure(List.of("scale-a"), ON_ONE_NODE);

            assertThat(writes).isLessThanOrEqualTo(2.0 * ON_ONE_NODE);
            assertThat(versions).hasSize(ON_ONE_NODE);
            assertThat(versions.values())
                    .as("versions that watchers saw: the creation and two writes")
                    .allSatisfy(seen -> assertThat(seen).hasSizeLessThanOrEqualTo(3));
        }
    }

    @Test
    void threeNodesShareTwiceAsMany() throws IOException, InterruptedException {
        measure(List.of("scale-a", "scale-b", "scale-c"), 2 * ON_ONE_NODE);
    }

    /** Declares chunks, each on one of the nodes, waits until all are ready, and looks at what that took. Gives the writes of status. */
    private double measure(List<String> nodes, int count) throws IOException, InterruptedException {
        ShippedJar operator = lake.operator().awaitReady();
        List<ShippedJar> agents = new ArrayList<>();
        for (String node : nodes) {
            lake.node(node, Map.of());
            agents.add(lake.agent(node).awaitReady());
        }
        // A chunk that is declared before matches no node, which is a write of its own.
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(operator.metric("datachunk_operator_nodes{state=\"fresh\"}"))
                        .isEqualTo(nodes.size()));
        long etcdBytesBefore = controlPlane.etcdBytes();
        Instant started = Instant.now();

        IntStream.range(0, count)
                .parallel()
                .forEach(i -> lake.chunk("chunk-" + i, i, FILE_BYTES, nodes.get(i % nodes.size()), Map.of()));
        Duration declared = Duration.between(started, Instant.now());
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(operator.metric("datachunk_operator_chunks{condition=\"Ready\"}"))
                        .isEqualTo(count));
        Duration ready = Duration.between(started, Instant.now());
        Thread.sleep(10_000); // the last reports are written

        double requestsBefore = requestsOfAgents();
        Thread.sleep(STEADY.toMillis());
        double requestsPerSecond = (requestsOfAgents() - requestsBefore) / STEADY.toSeconds();
        double writes = operator.metric("datachunk_operator_status_writes_total");
        List<Long> rss = new ArrayList<>();
        for (ShippedJar agent : agents) {
            rss.add(agent.program().mostRssKilobytes());
        }
        int largest = largestObjectBytes();
        long etcdBytes = controlPlane.etcdBytes() - etcdBytesBefore;
        System.out.printf(
                "measured: %,d chunks over %d nodes: declared in %d s, all Ready after %d s; %.2f writes of status a chunk; at rest %.2f requests a second;"
                        + " most memory of agents %s kB, of the operator %,d kB; largest object %,d bytes; %,d bytes in etcd a chunk%n%s%s",
                count,
                nodes.size(),
                declared.toSeconds(),
                ready.toSeconds(),
                writes / count,
                requestsPerSecond,
                rss,
                operator.program().mostRssKilobytes(),
                largest,
                etcdBytes / count,
                head(cluster.kubectl("get", "datachunks", "-n", "e2e-scale")),
                head(cluster.kubectl("get", "nodechunks", "-n", ServiceAccounts.NAMESPACE)));

        assertThat(lake.chunks().list())
                .hasSize(count)
                .allSatisfy(chunk -> assertThat(chunk.getStatus().ready()).isEqualTo("1/1"));
        assertThat(lake.origin().requests()).as("each file comes once").hasSize(count);
        assertThat(requestsPerSecond).isLessThanOrEqualTo(nodes.size());
        assertThat(rss).allSatisfy(kilobytes -> assertThat(kilobytes).isLessThanOrEqualTo(MOST_RSS_KILOBYTES));
        assertThat(largest).isLessThan(MOST_OBJECT_BYTES);
        return writes;
    }

    /** Of all that agents ask for; the operator's share of the same kinds counts as theirs. */
    private double requestsOfAgents() {
        return REQUESTS_OF_AGENTS
                .matcher(cluster.client().raw("/metrics"))
                .results()
                .mapToDouble(line -> Double.parseDouble(line.group(3)))
                .sum();
    }

    private int largestObjectBytes() throws IOException {
        ObjectMapper json = new ObjectMapper();
        int largest = 0;
        for (String plural : List.of("datachunks", "nodechunks", "nodechunkslices")) {
            JsonNode items = json.readTree(cluster.client().raw("/apis/datachunk.io/v1alpha1/" + plural))
                    .get("items");
            largest = Math.max(
                    largest,
                    StreamSupport.stream(items.spliterator(), false)
                            .mapToInt(item -> item.toString().length())
                            .max()
                            .orElse(0));
        }
        return largest;
    }

    private static String head(String table) {
        return String.join("\n", table.lines().limit(4).toList()) + "\n";
    }

    /** Collects the versions of each chunk that a watcher sees. */
    private record VersionRecorder(Map<String, Set<String>> versions) implements Watcher<DataChunk> {
        @Override
        public void eventReceived(Action action, DataChunk chunk) {
            if (action != Action.DELETED) {
                versions.computeIfAbsent(chunk.key(), _ -> ConcurrentHashMap.newKeySet())
                        .add(chunk.getMetadata().getResourceVersion());
            }
        }

        @Override
        public void onClose(WatcherException cause) {}
    }
}
