package io.datachunk.manager.transfer;

import io.datachunk.manager.Options;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.tls.HandshakeCertificates;
import org.jspecify.annotations.Nullable;

/**
 * Files over HTTP/1.1 by OkHttp. Thread-safe.
 *
 * <p>Deadlines of reads are the watchdog's business, so OkHttp has none. A proxy was chosen by the operator of the node,
 * so its own address is not judged; the target's is, as far as this node can resolve it, before the proxy is asked.
 */
final class OkHttpSource implements Source, AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration IDLE_CONNECTION = Duration.ofSeconds(30);

    private final Options options;
    private final AddressPolicy policy;
    private final List<X509Certificate> authorities;
    private final int bufferBytes;

    /**
     * Null until the first request: it reads the certificates of the Java runtime, for which no start should wait. Guarded
     * by this.
     */
    private @Nullable OkHttpClient client;

    private final ConcurrentHashMap<Proxy, OkHttpClient> proxied = new ConcurrentHashMap<>();

    /**
     * A source.
     *
     * @throws IOException if the file of certificates cannot be used
     */
    OkHttpSource(Options options) throws IOException {
        this.options = options;
        this.policy = AddressPolicy.of(options);
        this.bufferBytes = BufferSizes.of(options.connections()).socketBytes();
        this.authorities = options.certificateAuthorities().isPresent()
                ? read(options.certificateAuthorities().get())
                : List.of();
    }

    @Override
    public Call request(URI url, boolean credentialed, long offset, Optional<String> validator) {
        return new OkHttpCall(url, credentialed, offset, validator);
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.connectionPool().evictAll();
        }
    }

    private synchronized OkHttpClient direct() {
        if (client == null) {
            client = newClient();
        }
        return client;
    }

    private OkHttpClient newClient() {
        OkHttpClient.Builder builder = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(
                        new ConnectionPool(options.connections(), IDLE_CONNECTION.toSeconds(), TimeUnit.SECONDS))
                .socketFactory(new SourceSocketFactory(Optional.of(policy), bufferBytes))
                .proxy(Proxy.NO_PROXY)
                .connectTimeout(CONNECT_TIMEOUT)
                // The watchdog sees to both: one look at all requests at times, not a timer for each read and write.
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .callTimeout(Duration.ZERO)
                .followRedirects(false)
                .followSslRedirects(false)
                .addNetworkInterceptor(OkHttpAnswer.Wire::takeNote);
        if (!authorities.isEmpty()) {
            HandshakeCertificates.Builder certificates =
                    new HandshakeCertificates.Builder().addPlatformTrustedCertificates();
            authorities.forEach(certificates::addTrustedCertificate);
            HandshakeCertificates trusted = certificates.build();
            builder.sslSocketFactory(trusted.sslSocketFactory(), trusted.trustManager());
        }
        return builder.build();
    }

    private OkHttpClient clientFor(URI url) throws IOException {
        Proxy proxy = options.proxies().select(url).stream().findFirst().orElse(Proxy.NO_PROXY);
        if (proxy.type() == Proxy.Type.DIRECT) {
            return direct();
        }
        requireAllowedBehindProxy(url.getHost());
        return proxied.computeIfAbsent(
                proxy,
                chosen -> direct().newBuilder()
                        .proxy(chosen)
                        .socketFactory(new SourceSocketFactory(Optional.empty(), bufferBytes))
                        .build());
    }

    private void requireAllowedBehindProxy(String host) throws AddressRefusedException {
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(host);
        } catch (UnknownHostException onlyTheProxyKnows) {
            return;
        }
        for (InetAddress address : addresses) {
            Optional<String> refusal = policy.refusal(address);
            if (refusal.isPresent()) {
                throw new AddressRefusedException(address.getHostAddress(), refusal.get());
            }
        }
    }

    private static List<X509Certificate> read(Path pem) throws IOException {
        try (InputStream in = Files.newInputStream(pem)) {
            List<X509Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (certificates.isEmpty()) {
                throw new IOException(pem + " holds no certificate: give a PEM file of certificate authorities");
            }
            return certificates;
        } catch (NoSuchFileException e) {
            throw new IOException(pem + " does not exist: give a PEM file of certificate authorities", e);
        } catch (CertificateException e) {
            throw new IOException(pem + " is not a PEM file of certificates: " + e.getMessage(), e);
        }
    }

    private final class OkHttpCall implements Call {
        private final URI url;
        private final boolean credentialed;
        private final long offset;
        private final Optional<String> validator;

        /** Set once by the executing thread, read by the one that cancels; guarded by this. */
        private okhttp3.@Nullable Call call;

        private boolean cancelled;

        OkHttpCall(URI url, boolean credentialed, long offset, Optional<String> validator) {
            this.url = url;
            this.credentialed = credentialed;
            this.offset = offset;
            this.validator = validator;
        }

        @Override
        public Answer execute() throws IOException {
            OkHttpAnswer.Wire wire = new OkHttpAnswer.Wire();
            Request request = toRequest().tag(OkHttpAnswer.Wire.class, wire).build();
            okhttp3.Call started = clientFor(url).newCall(request);
            synchronized (this) {
                if (cancelled) {
                    throw new IOException("cancelled");
                }
                call = started;
            }
            try {
                return new OkHttpAnswer(started.execute(), wire);
            } catch (RuntimeException e) {
                started.cancel();
                throw e;
            }
        }

        @Override
        public synchronized void cancel() {
            cancelled = true;
            if (call != null) {
                call.cancel();
            }
        }

        private Request.Builder toRequest() {
            HttpUrl target = HttpUrl.get(url.toString());
            Request.Builder request = new Request.Builder()
                    .url(target)
                    .header("Accept-Encoding", "identity")
                    .header("User-Agent", "datachunk-agent");
            if (target.isHttps()) {
                // What comes after an answer cannot be seen from outside of TLS.
                request.header("Connection", "close");
            }
            if (credentialed) {
                if (!target.username().isEmpty()) {
                    request.header("Authorization", Credentials.basic(target.username(), target.password()));
                }
                options.credentials()
                        .headersFor(target.host().toLowerCase(Locale.ROOT))
                        .forEach(request::header);
            }
            if (offset > 0) {
                request.header("Range", "bytes=" + offset + "-");
                validator.ifPresent(value -> request.header("If-Range", value));
            }
            return request;
        }
    }
}
