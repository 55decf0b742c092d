package io.datachunk.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where a chunk stands on one node. */
public enum ChunkState {
    QUEUED("Queued"),
    DOWNLOADING("Downloading"),
    READY("Ready"),
    FAILED("Failed"),
    RETIRING("Retiring"),
    DELETING("Deleting"),
    /** Written by a newer agent than this version knows; never written by this one. */
    UNKNOWN("Unknown");

    private final String text;

    ChunkState(String text) {
        this.text = text;
    }

    /** Never fails: what is not known is {@link #UNKNOWN}. */
    @JsonCreator
    public static ChunkState parse(@Nullable String text) {
        return Arrays.stream(values())
                .filter(state -> state.text.equals(text))
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** As the NodeChunkSlice spells it. */
    @JsonValue
    public String text() {
        return text;
    }
}
