package io.datachunk.manager.transfer;

import io.datachunk.manager.Reason;

/** Why a file could not be downloaded; the parts are those of {@link Outcome.Failed}. */
record FileFailure(Reason reason, String message, boolean permanent, long retryAfterMs, long neededBytes) {

    static FileFailure temporary(Reason reason, String message) {
        return new FileFailure(reason, message, false, 0, 0);
    }

    static FileFailure lasting(Reason reason, String message) {
        return new FileFailure(reason, message, true, 0, 0);
    }
}
