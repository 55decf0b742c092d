package io.datachunk.manager.store;

import io.datachunk.manager.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Holds files against the record. */
final class StoredFiles {
    private StoredFiles() {}

    /**
     * @throws DamagedException unless the file is there with exactly its length
     * @throws IOException if that cannot be found out
     */
    static void requireSize(Path directory, StoredFile recorded) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(
                    directory.resolve(recorded.name()), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            throw new DamagedException("file " + recorded.name() + " is missing");
        }
        if (!attributes.isRegularFile()) {
            throw new DamagedException("file " + recorded.name() + " is not a regular file");
        }
        requireSize(recorded, attributes.size());
    }

    /**
     * @throws DamagedException unless the bytes that were read are those that were published
     */
    static void requireEqual(StoredFile recorded, StoredFile read) throws DamagedException {
        requireSize(recorded, read.sizeBytes());
        if (read.crc32c() != recorded.crc32c()) {
            throw new DamagedException("file " + recorded.name() + " has other bytes than published (CRC32C)");
        }
        boolean otherDigest = read.digest().isPresent()
                && recorded.digest().isPresent()
                && !read.digest().equals(recorded.digest());
        if (otherDigest) {
            throw new DamagedException("file " + recorded.name() + " has other bytes than published (SHA-256)");
        }
    }

    private static void requireSize(StoredFile recorded, long bytes) throws DamagedException {
        if (bytes != recorded.sizeBytes()) {
            throw new DamagedException("file " + recorded.name() + " was published with " + recorded.sizeBytes()
                    + " bytes, but has " + (bytes > recorded.sizeBytes() ? "more" : "only " + bytes));
        }
    }
}
