package io.datachunk.manager.transfer;

import java.io.IOException;
import java.io.Serial;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** The address policy refuses to connect. The message says what to change. */
final class AddressRefusedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    AddressRefusedException(String address, String why) {
        super(address + " " + why + ": correct the url, or allow the address in the agent's configuration");
    }

    /** The refusal that is behind a failure of a request: itself, a cause, or the failure of another address. */
    static Optional<AddressRefusedException> in(Throwable failure) {
        if (failure instanceof AddressRefusedException refused) {
            return Optional.of(refused);
        }
        return Stream.concat(Stream.ofNullable(failure.getCause()), Arrays.stream(failure.getSuppressed()))
                .flatMap(nested -> in(nested).stream())
                .findFirst();
    }
}
