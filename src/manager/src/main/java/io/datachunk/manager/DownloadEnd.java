package io.datachunk.manager;

import io.datachunk.reader.ChunkId;
import java.time.Duration;
import java.util.Optional;

/**
 * How one try to download a chunk ended. Immutable.
 *
 * @param failure why it failed; empty if every file is there
 * @param duration of this try
 */
public record DownloadEnd(ChunkId id, Optional<Reason> failure, Duration duration) {}
