package io.datachunk.manager.state;

import java.time.Duration;

/**
 * How long things take, for tests to shorten.
 *
 * @param lockPatience how long a starting manager tries for {@code agent.lock}: readers watch it for 10 s
 * @param tick between two heartbeats
 * @param graceTicks how many heartbeats readers get to come over to a directory that was made anew
 * @param deadAfter how long the heartbeat of a reader whose lock is free needs to be still
 * @param mostPerProbe how much of that one look can account for: this process may have been stopped between two
 */
record StateTimes(Duration lockPatience, Duration tick, int graceTicks, Duration deadAfter, Duration mostPerProbe) {
    static final StateTimes DEFAULTS = new StateTimes(
            Duration.ofSeconds(15), Duration.ofSeconds(1), 10, Duration.ofSeconds(2), Duration.ofMillis(500));
}
