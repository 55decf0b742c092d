package io.datachunk.manager;

import io.datachunk.reader.ChunkId;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * What is known of one chunk at one moment. Immutable.
 *
 * @param message what to do or to know, for people; empty where the reason says all. Never holds a query string, user
 *     info or text of a response body
 * @param bytesDone bytes of this content on the volume
 * @param bytesTotal bytes of all files; empty until every file's size is declared or known from an answer
 * @param since when the chunk came into this state with this reason, by the wall clock
 */
public record ChunkStatus(
        ChunkId id,
        State state,
        Reason reason,
        String message,
        long bytesDone,
        OptionalLong bytesTotal,
        Instant since) {

    /** Where a chunk stands. */
    public enum State {
        /** Desired, and will be tried by itself. */
        QUEUED,
        /** Bytes are moving. */
        DOWNLOADING,
        /** Found by readers. */
        READY,
        /** Will not heal until the desired state or the source changes. */
        FAILED,
        /** Not found any more; the bytes are still there. */
        RETIRING,
        /** The bytes are going. */
        DELETING
    }
}
