package io.datachunk.manager.transfer;

import io.datachunk.manager.transfer.SourceSocketFactory.SourceSocket;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import okhttp3.Headers;
import okhttp3.Interceptor;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** An answer by OkHttp. Used by one thread. */
final class OkHttpAnswer implements Source.Answer {
    private final Response response;
    private final BufferedSource source;
    private final Wire wire;

    OkHttpAnswer(Response response, Wire wire) {
        this.response = response;
        this.source = response.body().source();
        this.wire = wire;
    }

    @Override
    public int status() {
        return response.code();
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(wire.headers.get(name));
    }

    @Override
    public boolean contradicts(String name) {
        return wire.headers.values(name).stream().distinct().count() > 1;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return source.read(into);
    }

    @Override
    public void close() {
        response.close();
        wire.endConnectionUnlessClean();
    }

    /** What came over the network for one request; it is the request's tag. Used by one thread. */
    static final class Wire {
        private Headers headers = Headers.EMPTY;
        private @Nullable Socket socket;

        /** Keeps what OkHttp hides, and hides from it what it trips over: a Retry-After that is no int. */
        static Response takeNote(Interceptor.Chain chain) throws IOException {
            Response response = chain.proceed(chain.request());
            Wire wire = Objects.requireNonNull(chain.request().tag(Wire.class));
            wire.headers = response.headers();
            wire.socket = Objects.requireNonNull(chain.connection()).socket();
            return response.newBuilder().removeHeader("Retry-After").build();
        }

        /**
         * Closes the connection unless the body was the last thing that came: OkHttp would take what follows for the next
         * answer. Where that cannot be seen, with TLS or without a length, it is closed, too.
         */
        private void endConnectionUnlessClean() {
            try {
                if (socket != null && !isClean(socket)) {
                    socket.close();
                }
            } catch (IOException closedAllTheSame) {
                // OkHttp looks whether a socket is closed before it uses it again.
            }
        }

        private boolean isClean(Socket connection) {
            String length = headers.get("Content-Length");
            if (length == null
                    || headers.get("Transfer-Encoding") != null
                    || !(connection instanceof SourceSocket plain)) {
                return false;
            }
            try {
                return plain.endsWithBodyOf(Long.parseLong(length));
            } catch (IOException | NumberFormatException unclean) {
                return false;
            }
        }
    }
}
