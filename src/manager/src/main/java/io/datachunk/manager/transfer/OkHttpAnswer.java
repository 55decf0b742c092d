package io.datachunk.manager.transfer;

import io.datachunk.manager.transfer.SourceSocketFactory.SourceSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
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
        return wire.body == null ? source.read(into) : wire.body.read(source, into);
    }

    @Override
    public void close() {
        response.close();
    }

    /** What came over the network for one request; it is the request's tag. Used by one thread. */
    static final class Wire {
        private Headers headers = Headers.EMPTY;

        /** Null if OkHttp reads all of it. */
        private @Nullable PlainBody body;

        /** Keeps what OkHttp hides, and hides from it what it trips over: a Retry-After that is no int. */
        static Response takeNote(Interceptor.Chain chain) throws IOException {
            Response response = chain.proceed(chain.request());
            Wire wire = Objects.requireNonNull(chain.request().tag(Wire.class));
            wire.headers = response.headers();
            if (Objects.requireNonNull(chain.connection()).socket() instanceof SourceSocket plain) {
                OptionalLong bytes = bodyBytes(response);
                plain.answerHas(bytes);
                if (bytes.orElse(0) >= PlainBody.MIN_BYTES) {
                    wire.body = new PlainBody(plain, bytes.getAsLong());
                }
            }
            return response.newBuilder().removeHeader("Retry-After").build();
        }

        private static OptionalLong bodyBytes(Response response) {
            String length = response.header("Content-Length");
            if (length == null || response.header("Transfer-Encoding") != null) {
                return OptionalLong.empty();
            }
            try {
                return OptionalLong.of(Long.parseLong(length));
            } catch (NumberFormatException hostile) {
                return OptionalLong.empty();
            }
        }
    }
}
