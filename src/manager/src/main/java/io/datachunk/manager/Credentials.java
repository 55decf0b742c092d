package io.datachunk.manager;

import java.util.Map;

/**
 * The request headers that a host wants, such as {@code Authorization}. Called from download threads for every request,
 * so that changed secrets take effect with the next one; needs to be thread-safe and not to block.
 */
@FunctionalInterface
public interface Credentials {
    /** No host wants any. */
    Credentials NONE = host -> Map.of();

    /**
     * The headers to send to a host.
     *
     * @param host as the URL has it, in lower case, without a port
     * @return values by header name; empty if there are none. Never logged, never sent to another host
     */
    Map<String, String> headersFor(String host);
}
