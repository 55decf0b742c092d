package io.datachunk.manager.plan;

import io.datachunk.manager.ChunkStatus.State;
import io.datachunk.manager.Reason;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.format.ChunkDirectory;

/**
 * Where one chunk stands. Immutable.
 *
 * @param directory the content that the state is about: the one that moves, or else the one that serves
 * @param message for people; empty where the reason says all
 */
public record Row(ChunkId id, State state, Reason reason, String message, ChunkDirectory directory) {}
