package io.datachunk.manager.store;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The data directory is not the volume that is remembered: it is not mounted, or was replaced. Nothing was downloaded or
 * deleted; opening it with {@code acceptNewVolume} begins on what is there.
 */
public final class VolumeMissingException extends IOException {
    private static final long serialVersionUID = 1L;

    private final UUID remembered;
    private final @Nullable UUID found;

    VolumeMissingException(String message, UUID remembered, Optional<UUID> found) {
        super(message);
        this.remembered = remembered;
        this.found = found.orElse(null);
    }

    /** The volume that should be there. */
    public UUID remembered() {
        return remembered;
    }

    /** The volume that is there; empty if there is none. */
    public Optional<UUID> found() {
        return Optional.ofNullable(found);
    }
}
