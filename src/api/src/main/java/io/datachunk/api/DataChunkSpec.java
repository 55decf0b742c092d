package io.datachunk.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a chunk is, what it is made of, and which nodes want it. Holds whatever the schema lets pass: whether a URL or a name can be used is the
 * engine's to say, per object.
 *
 * @param id 64 hexadecimal digits, kept in lower case
 * @param dataset 64 hexadecimal digits, kept in lower case
 * @param nodeName the one node that wants it
 * @param nodeSelector labels of the nodes that want it; empty for every node
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DataChunkSpec(
        @JsonProperty(required = true) String id,
        @JsonProperty(required = true) String dataset,
        @JsonProperty(required = true) DataChunkRange blockRange,
        @JsonProperty(required = true) List<DataChunkFile> files,
        @Nullable String nodeName,
        Map<String, String> nodeSelector) {

    /**
     * @throws IllegalArgumentException if a component without a default is null
     */
    public DataChunkSpec {
        id = Required.text("id", id).toLowerCase(Locale.ROOT);
        dataset = Required.text("dataset", dataset).toLowerCase(Locale.ROOT);
        blockRange = Required.value("blockRange", blockRange);
        files = Required.list("files", files);
        nodeSelector = nodeSelector == null ? Map.of() : Map.copyOf(nodeSelector);
    }
}
