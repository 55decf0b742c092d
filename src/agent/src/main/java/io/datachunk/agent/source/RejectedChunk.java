package io.datachunk.agent.source;

import io.datachunk.manager.Reason;
import io.datachunk.reader.BlockRange;
import java.util.Optional;

/**
 * A declaration that is not followed. Immutable.
 *
 * @param name {@code namespace/name}, or the name alone
 * @param id as it was declared, where it was: it may be no id at all
 * @param dataset as it was declared, where it was
 * @param range if it is one
 * @param reason {@link Reason#INVALID_SPEC} or {@link Reason#CONFLICT}
 * @param message what is wrong, for people
 * @param object empty for a manifest in a file
 */
public record RejectedChunk(
        String name,
        Optional<String> id,
        Optional<String> dataset,
        Optional<BlockRange> range,
        Reason reason,
        String message,
        Optional<ObjectVersion> object) {}
