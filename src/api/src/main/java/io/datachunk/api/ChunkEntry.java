package io.datachunk.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Where one DataChunk stands on one node.
 *
 * @param uid of the object, so that one made anew under an old name is not taken for its predecessor
 * @param generation of the object that the node acts on
 * @param reason one of {@link ChunkReason}, or what a newer agent wrote
 * @param message at most {@link DataChunkApi#MAX_MESSAGE_CHARACTERS}; null where the reason says all
 * @param bytesTotal null until every file's size is known
 * @param since when it came into this state with this reason, RFC 3339
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChunkEntry(
        @JsonProperty(required = true) String namespace,
        @JsonProperty(required = true) String name,
        @Nullable String uid,
        long generation,
        ChunkState state,
        String reason,
        @Nullable String message,
        long bytesDone,
        @Nullable Long bytesTotal,
        @Nullable String since) {

    /**
     * @throws IllegalArgumentException if the object is not named
     */
    public ChunkEntry {
        namespace = Required.text("namespace", namespace);
        name = Required.text("name", name);
        state = orUnknown(state);
        reason = orState(reason, state);
    }

    private static ChunkState orUnknown(@Nullable ChunkState state) {
        return state == null ? ChunkState.UNKNOWN : state;
    }

    private static String orState(@Nullable String reason, ChunkState state) {
        return reason == null ? state.text() : reason;
    }

    /** {@code namespace/name} of the object. */
    public String key() {
        return namespace + "/" + name;
    }
}
