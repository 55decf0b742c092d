package io.datachunk.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/** Which node a report is of. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeChunksSpec(@JsonProperty(required = true) String nodeName) {

    /**
     * @throws IllegalArgumentException if the name is null
     */
    public NodeChunksSpec {
        nodeName = Required.text("nodeName", nodeName);
    }
}
