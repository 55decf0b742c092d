package io.datachunk.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the nodes are with a chunk. The operator alone writes it.
 *
 * @param observedGeneration the generation of the object that this speaks of; -1 until the operator has seen the object
 * @param ready {@code 2/3}, for the printed column
 * @param sizeBytes the sum of the files' sizes; null until all are known
 * @param size {@code 200Mi}, for the printed column
 * @param failures longest first, at most {@link DataChunkApi#MAX_FAILURES}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DataChunkStatus(
        @Nullable Long observedGeneration,
        @Nullable NodeCounts nodes,
        @Nullable String ready,
        @Nullable Long sizeBytes,
        @Nullable String size,
        List<NodeFailure> failures,
        List<ResourceCondition> conditions) {

    public DataChunkStatus {
        failures = Required.listOrEmpty("failures", failures);
        conditions = Required.listOrEmpty("conditions", conditions);
    }
}
