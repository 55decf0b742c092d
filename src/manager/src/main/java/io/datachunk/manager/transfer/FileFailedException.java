package io.datachunk.manager.transfer;

import java.io.Serial;

/** Carries a {@link FileFailure} out of the depths of one file's download, and no further. */
final class FileFailedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient FileFailure failure;

    FileFailedException(FileFailure failure) {
        super(failure.message());
        this.failure = failure;
    }

    FileFailure failure() {
        return failure;
    }
}
