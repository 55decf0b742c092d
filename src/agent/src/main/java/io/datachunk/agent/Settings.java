package io.datachunk.agent;

import io.datachunk.agent.cluster.Cluster;
import io.datachunk.agent.source.DesiredSource;
import io.datachunk.manager.Options;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * All that an agent is told when it starts. Immutable.
 *
 * @param source of what it shall have; the agent closes it
 * @param http where to listen; port 0: any
 * @param deleteGrace how long a mass deletion is held; zero: not at all
 * @param credentials to be read again when their file changes
 * @param cluster to report to; the agent closes it
 */
record Settings(
        DesiredSource source,
        Path dataDir,
        Options options,
        InetSocketAddress http,
        Duration deleteGrace,
        Optional<HostCredentials> credentials,
        Optional<Cluster> cluster) {}
