package io.datachunk.manager;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a chunk is in its state: a closed set. Written in camel case wherever it leaves the process. */
public enum Reason {
    /** Waits for its turn. */
    QUEUED,
    /** Bytes are on their way. */
    DOWNLOADING,
    /** Bytes that are there are read back and compared. */
    VERIFYING,
    /** Waits until the volume has room. */
    INSUFFICIENT_SPACE,
    /** No answer: DNS, connect, TLS, reset, or a body cut short. */
    SOURCE_UNREACHABLE,
    /** The source asks to come back later: 408, 425, 429, 5xx. */
    SOURCE_REFUSED,
    /** The source has no such file: 404, 410. */
    NOT_FOUND,
    /** The source wants other credentials: 401, 403; or does not take the request: 400. */
    FORBIDDEN,
    /** The address is one that this node may not fetch from. */
    ADDRESS_REFUSED,
    /** The source has another number of bytes than declared, or than it said, or more than allowed. */
    SIZE_MISMATCH,
    /** The source's bytes have another digest than declared. */
    CHECKSUM_MISMATCH,
    /** The declaration cannot be used. */
    INVALID_SPEC,
    /** Another declaration of the same id holds. */
    CONFLICT,
    /** The source sends too slowly. */
    STALLED,
    /** The volume failed. */
    IO_ERROR,
    /** Bytes on disk are not what was published. */
    DAMAGED,
    /** A process holds a reference. */
    WAITING_FOR_REFERENCES,
    /** Held back by the guard against mass deletion. */
    DELETES_HELD,
    /** Bytes are being deleted. */
    DELETING,
    /** Complete and found by readers. */
    READY;

    private final String camelCase = camelCaseOf(name());

    private static String camelCaseOf(String name) {
        StringBuilder text = new StringBuilder();
        for (String word : name.split("_", -1)) {
            text.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return text.toString();
    }

    /** The name as reports, metrics and {@code /v1/chunks} spell it, for example {@code NotFound}. */
    public String camelCase() {
        return camelCase;
    }

    /** The reason with that {@link #camelCase()} name. */
    public static Optional<Reason> parse(String camelCase) {
        return Arrays.stream(values())
                .filter(reason -> reason.camelCase.equals(camelCase))
                .findFirst();
    }

    /** What a failed write means: the volume, or the quota on it, is full; or it does not work, or we do not. */
    public static Reason ofDiskFailure(Exception failure) {
        String message = failure instanceof IOException ? String.valueOf(failure.getMessage()) : "";
        return message.contains("No space left on device") || message.contains("Disk quota exceeded")
                ? INSUFFICIENT_SPACE
                : IO_ERROR;
    }
}
