package io.datachunk.manager;

import java.util.Optional;

/**
 * One file of a chunk as it is on disk: what {@code .chunk.json} records of it. Immutable.
 *
 * @param crc32c of the whole content
 * @param digest as it was declared and verified, where it was
 */
public record StoredFile(String name, long sizeBytes, int crc32c, Optional<Digest> digest) {}
