package io.datachunk.manager.transfer;

import io.datachunk.manager.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Why a file could not be downloaded; the parts are those of {@link Outcome.Failed}. */
record FileFailure(Reason reason, String message, boolean permanent, long retryAfterMs, long neededBytes) {
    private static final int MAX_TLS_CHARACTERS = 160;

    static FileFailure temporary(Reason reason, String message) {
        return new FileFailure(reason, message, false, 0, 0);
    }

    static FileFailure lasting(Reason reason, String message) {
        return new FileFailure(reason, message, true, 0, 0);
    }

    /** What an exception of the source means. Its text is not passed on where the source could have written it. */
    static FileFailure ofSource(Exception e, URI url) {
        String from = SafeUrl.of(url);
        Optional<AddressRefusedException> refused = AddressRefusedException.in(e);
        if (refused.isPresent()) {
            return lasting(Reason.ADDRESS_REFUSED, from + ": " + refused.get().getMessage());
        }
        if (isNoConnection(e)) {
            return temporary(Reason.SOURCE_UNREACHABLE, "no connection to " + from);
        }
        return switch (e) {
            case UnknownHostException _ -> temporary(Reason.SOURCE_UNREACHABLE, "no address for the host of " + from);
            case SSLException tls ->
                temporary(Reason.SOURCE_UNREACHABLE, "no TLS with " + from + ": " + firstLine(tls));
            case RuntimeException _ -> temporary(Reason.SOURCE_REFUSED, "an answer that makes no sense from " + from);
            default -> temporary(Reason.SOURCE_UNREACHABLE, "the connection to " + from + " broke");
        };
    }

    /** Whether nobody took the connection. No other deadline than that of connecting is the client's. */
    static boolean isNoConnection(Exception e) {
        return e instanceof ConnectException
                || e instanceof NoRouteToHostException
                || e instanceof SocketTimeoutException;
    }

    /** A write that failed: the volume is full, or does not work. */
    static FileFailure ofDisk(IOException e, long neededBytes) {
        Reason reason = Reason.ofDiskFailure(e);
        return reason == Reason.INSUFFICIENT_SPACE
                ? new FileFailure(reason, "the volume is full", false, 0, neededBytes)
                : temporary(reason, "writing failed: " + e);
    }

    /** Names the certificate's fault; the lines after the first quote the certificate. */
    private static String firstLine(SSLException e) {
        String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return line.length() <= MAX_TLS_CHARACTERS ? line : line.substring(0, MAX_TLS_CHARACTERS) + "…";
    }
}
