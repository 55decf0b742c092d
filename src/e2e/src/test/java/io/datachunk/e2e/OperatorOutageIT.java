package io.datachunk.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.api.ChunkState;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API server goes away under a running operator, which has a control plane of its own here. */
class OperatorOutageIT {
    private static final String NAMESPACE = "e2e-outage";

    @Test
    void nobodyIsCalledUnknownBecauseTheServerWasAway(@TempDir Path directory)
            throws IOException, GeneralSecurityException, InterruptedException {
        try (ControlPlane controlPlane = ControlPlane.start(ClusterExtension.programs());
                Cluster cluster = ClusterExtension.withDefinitions(controlPlane)) {
            Chunks chunks = new Chunks(cluster.client(), NAMESPACE);
            PretendedAgents agents = new PretendedAgents(cluster.client(), NAMESPACE);
            ServiceAccounts accounts = ServiceAccounts.install(cluster);
            accounts.node("out-a", Map.of());
            Path kubeconfig = accounts.operator(directory);
            agents.report("out-a");
            chunks.create("eth-0", 0, "out-a", Map.of());
            agents.say("out-a", agents.entry("eth-0", 1, ChunkState.READY, "Ready"));
            String version;
            try (ShippedJar operator = ShippedJar.operator(kubeconfig, directory.resolve("before.log"))) {
                operator.awaitReady();
                chunks.awaitReady("eth-0", "1/1");
                version = chunks.version("eth-0");
                // As it will look after an hour in which no agent could write. To this operator it is one more sign of
                // life.
                agents.heartbeat("out-a", Instant.now().minusSeconds(3_600));

                controlPlane.killApiServer();

                // Without its lease it must not write, and the kubelet starts it anew.
                Chunks.await(() -> assertThat(operator.program().isAlive()).isFalse());
                assertThat(operator.program().log()).contains("lost the lease");
            }
            try (ShippedJar operator = ShippedJar.operator(kubeconfig, directory.resolve("after.log"))) {
                operator.program()
                        .await(
                                "alive before the server is",
                                () -> operator.get("/livez").equals("ok\n"));
                assertThat(operator.get("/readyz")).isNotEqualTo("ok\n");
                controlPlane.startApiServerAgain();
                operator.awaitReady();
                chunks.create("eth-1", 1, "out-a", Map.of());
                chunks.awaitReason("eth-1", "NodeUnknown");
                agents.heartbeat("out-a", Instant.now());
                chunks.awaitReason("eth-1", "Queued");

                assertThat(chunks.version("eth-0"))
                        .as(() -> "version of " + chunks.named("eth-0").get() + "; log: "
                                + operator.program().log())
                        .isEqualTo(version);
            }
        }
    }
}
