package io.datachunk.manager.store;

import java.io.IOException;

/** A complete directory is not what was published. The message says what of it, for people to read. */
final class DamagedException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
        super(message);
    }
}
