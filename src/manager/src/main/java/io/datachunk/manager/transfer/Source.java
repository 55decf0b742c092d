package io.datachunk.manager.transfer;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Where files come from: one request, one answer. No redirects, no retries, no content coding. Thread-safe. */
interface Source {

    /**
     * Asks for a file, from an offset on.
     *
     * @param credentialed whether the credentials of the URL's host may be sent
     * @param validator what the bytes before {@code offset} had; sent as {@code If-Range}. Empty for a fresh request
     */
    Call request(URI url, boolean credentialed, long offset, Optional<String> validator);

    /** One request. */
    interface Call {
        /**
         * Sends it and waits for the head of the answer.
         *
         * @throws IOException if there is none
         * @throws RuntimeException if the answer makes no sense
         */
        Answer execute() throws IOException;

        /** Ends it, from any thread; a blocked read or execute then throws. */
        void cancel();
    }

    /** An answer whose body has yet to be read. */
    interface Answer extends AutoCloseable {
        int status();

        /** The first value of a header. */
        Optional<String> header(String name);

        /** Whether a header has several values that differ. */
        boolean contradicts(String name);

        /** Reads some of the body; -1 at its end. */
        int read(ByteBuffer into) throws IOException;

        @Override
        void close();
    }
}
