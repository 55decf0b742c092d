package io.datachunk.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Why one node does not hold a chunk.
 *
 * @param since RFC 3339, by the node's clock
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodeFailure(
        @JsonProperty(required = true) String nodeName,
        @JsonProperty(required = true) String reason,
        @Nullable String message,
        @Nullable String since) {}
