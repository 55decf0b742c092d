package io.datachunk.operator;

import io.datachunk.api.DataChunkApi;
import io.datachunk.api.NodeChunks;
import io.datachunk.api.NodeChunksStatus;
import io.datachunk.api.ResourceCondition;
import io.datachunk.operator.node.Heartbeats;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks whether an installation works: somebody leads, and the agent of every node is well. Reads only what an operator reads. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description =
                "Ends with 0 once an operator leads and the agent of every node is well, and with 1 if that does not come about in time.")
final class CheckCommand implements Callable<Integer> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "How long to wait for that. Default: ${DEFAULT-VALUE}.")
    private int waitSeconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Logs.start(Logs.Format.text, Logs.LogLevel.warn);
        long begin = System.nanoTime();
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            String namespace = client.getConfiguration().getNamespace();
            while (true) {
                List<NodeChunks> nodes = client.resources(NodeChunks.class)
                        .inNamespace(namespace)
                        .list()
                        .getItems();
                Lease lease = client.leases()
                        .inNamespace(namespace)
                        .withName(OperatorProcess.LEASE)
                        .get();
                List<String> problems = problems(namespace, nodes, lease, Instant.now());
                if (problems.isEmpty()) {
                    spec.commandLine()
                            .getOut()
                            .printf("well: an operator leads, and so many agents are ready: %d%n", nodes.size());
                    return 0;
                }
                if (System.nanoTime() - begin >= Duration.ofSeconds(waitSeconds).toNanos()) {
                    problems.forEach(spec.commandLine().getErr()::println);
                    return 1;
                }
                Thread.sleep(LOOK_AGAIN);
            }
        }
    }

    /** What is wrong, each with what to do; nothing if all is well. */
    private static List<String> problems(String namespace, List<NodeChunks> nodes, @Nullable Lease lease, Instant now) {
        List<String> problems = new ArrayList<>();
        if (!isHeld(lease, now)) {
            problems.add(
                    "no operator leads: see the pods of the operator in namespace " + namespace + " and their logs");
        }
        if (nodes.isEmpty()) {
            problems.add("no agent has reported to namespace " + namespace
                    + ": does any node have the label that the agents ask for, and do their pods run?");
        }
        for (NodeChunks node : nodes) {
            problemOf(node, now)
                    .ifPresent(
                            problem -> problems.add("node " + node.getMetadata().getName() + ": " + problem));
        }
        return problems;
    }

    private static boolean isHeld(@Nullable Lease lease, Instant now) {
        LeaseSpec held = lease == null ? null : lease.getSpec();
        return held != null
                && held.getHolderIdentity() != null
                && !held.getHolderIdentity().isEmpty()
                && held.getRenewTime() != null
                && held.getRenewTime()
                        .toInstant()
                        .plusSeconds(Optional.ofNullable(held.getLeaseDurationSeconds())
                                .orElse(0))
                        .isAfter(now);
    }

    private static Optional<String> problemOf(NodeChunks node, Instant now) {
        NodeChunksStatus status = node.getStatus();
        if (status == null || status.agent() == null) {
            return Optional.of("its agent has not said yet how it is");
        }
        if (isSilent(status.agent().heartbeat(), now)) {
            return Optional.of(
                    "its agent was last heard of at " + status.agent().heartbeat()
                            + ": see its pod, or delete the NodeChunks if the node is to hold no more chunks");
        }
        if (ResourceCondition.holds(status.conditions(), DataChunkApi.CONDITION_READY)) {
            return Optional.empty();
        }
        return Optional.of(ResourceCondition.find(status.conditions(), DataChunkApi.CONDITION_READY)
                .map(condition -> condition.reason() + ": " + condition.message())
                .orElse("its agent is not ready yet"));
    }

    private static boolean isSilent(@Nullable String heartbeat, Instant now) {
        try {
            return heartbeat == null
                    || Duration.between(Instant.parse(heartbeat), now).compareTo(Heartbeats.STALE_AFTER) > 0;
        } catch (DateTimeException _) {
            return true;
        }
    }
}
