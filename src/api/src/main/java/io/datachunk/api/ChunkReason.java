package io.datachunk.api;

import java.util.Arrays;
import java.util.Optional;

/** Why a chunk is where it is on a node, or in the cluster: the closed set of reasons. Reports carry them as text, so that a newer agent's reason survives an older operator. */
public enum ChunkReason {
    QUEUED("Queued"),
    DOWNLOADING("Downloading"),
    VERIFYING("Verifying"),
    INSUFFICIENT_SPACE("InsufficientSpace"),
    SOURCE_UNREACHABLE("SourceUnreachable"),
    SOURCE_REFUSED("SourceRefused"),
    NOT_FOUND("NotFound"),
    FORBIDDEN("Forbidden"),
    ADDRESS_REFUSED("AddressRefused"),
    SIZE_MISMATCH("SizeMismatch"),
    CHECKSUM_MISMATCH("ChecksumMismatch"),
    INVALID_SPEC("InvalidSpec"),
    CONFLICT("Conflict"),
    STALLED("Stalled"),
    IO_ERROR("IoError"),
    DAMAGED("Damaged"),
    WAITING_FOR_REFERENCES("WaitingForReferences"),
    DELETES_HELD("DeletesHeld"),
    DELETING("Deleting"),
    READY("Ready"),
    /** The operator's: no node that runs an agent wants it. */
    NO_MATCHING_NODE("NoMatchingNode"),
    /** The operator's: a node that wants it has not been heard of. */
    NODE_UNKNOWN("NodeUnknown");

    private final String text;

    ChunkReason(String text) {
        this.text = text;
    }

    /** As status, events and metrics spell it. */
    public String text() {
        return text;
    }

    /** The reason that is spelled so; empty for one that this version does not know. */
    public static Optional<ChunkReason> parse(String text) {
        return Arrays.stream(values())
                .filter(reason -> reason.text.equals(text))
                .findFirst();
    }

    /** Spelled as in status. */
    @Override
    public String toString() {
        return text;
    }
}
