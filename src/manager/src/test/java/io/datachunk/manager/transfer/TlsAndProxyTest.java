package io.datachunk.manager.transfer;

import static io.datachunk.manager.origin.Script.redirect;
import static io.datachunk.manager.transfer.Downloads.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.datachunk.manager.Options;
import io.datachunk.manager.Reason;
import io.datachunk.manager.origin.Content;
import io.datachunk.manager.origin.Origin;
import io.datachunk.manager.origin.TinyProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Private certificate authorities and proxies. */
class TlsAndProxyTest {
    private static final Content CONTENT = new Content(1, 2 << 20);

    @TempDir
    private static Path shared;

    private static Path authorities;
    private static Origin secure;
    private static Origin plain;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws IOException {
        HeldCertificate authority =
                new HeldCertificate.Builder().certificateAuthority(0).build();
        HeldCertificate server = new HeldCertificate.Builder()
                .signedBy(authority)
                .addSubjectAlternativeName("127.0.0.1")
                .build();
        HandshakeCertificates certificates =
                new HandshakeCertificates.Builder().heldCertificate(server).build();
        authorities = Files.writeString(
                shared.resolve("ca.pem"),
                new HeldCertificate.Builder().build().certificatePem() + authority.certificatePem());
        secure = Origin.https(certificates.sslContext().getServerSocketFactory());
        plain = Origin.http();
    }

    @AfterAll
    static void stop() throws IOException {
        secure.close();
        plain.close();
    }

    @BeforeEach
    void forget() {
        secure.forgetRequests();
        plain.forgetRequests();
    }

    @Test
    void trustsAPrivateAuthorityThatIsConfigured() throws IOException {
        try (Downloads downloads = Downloads.with(Options.defaults().withCertificateAuthorities(authorities))) {
            var _ = downloads.fetched(directory, file("f", secure.url(CONTENT)), file("g", secure.url(CONTENT)));
        }

        assertThat(directory.resolve("f")).hasBinaryContent(CONTENT.toBytes());
        assertThat(directory.resolve("g")).hasBinaryContent(CONTENT.toBytes());
    }

    @Test
    void trustsNoOther() throws IOException {
        try (Downloads downloads = Downloads.with(Options.defaults())) {
            Outcome.Failed failed = downloads.failed(directory, file("f", secure.url(CONTENT)));

            assertThat(failed.reason()).isEqualTo(Reason.SOURCE_UNREACHABLE);
            assertThat(failed.message())
                    .startsWith("no TLS with https://127.0.0.1")
                    .hasLineCount(1);
            assertThat(failed.permanent()).isFalse();
        }
    }

    @Test
    void refusesACertificateOfAnotherHost() throws IOException {
        try (Downloads downloads = Downloads.with(Options.defaults().withCertificateAuthorities(authorities))) {
            Outcome.Failed failed =
                    downloads.failed(directory, file("f", secure.urlAt("localhost", Origin.pathOf(CONTENT))));

            assertThat(failed.reason()).isEqualTo(Reason.SOURCE_UNREACHABLE);
            assertThat(failed.message())
                    .startsWith("no TLS with https://localhost")
                    .hasLineCount(1);
        }
    }

    @Test
    void neverGivesUpTlsForARedirect() throws IOException {
        URI downgrade =
                secure.on("/downgrade", redirect("302 Found", plain.url(CONTENT).toString()));

        try (Downloads downloads = Downloads.with(Options.defaults().withCertificateAuthorities(authorities))) {
            Outcome.Failed failed = downloads.failed(directory, file("f", downgrade));

            assertThat(failed.reason()).isEqualTo(Reason.ADDRESS_REFUSED);
            assertThat(failed.permanent()).isTrue();
            assertThat(plain.requests()).isEmpty();
        }
    }

    @Test
    void takesUpTlsForARedirect() throws IOException {
        URI upgrade =
                plain.on("/upgrade", redirect("302 Found", secure.url(CONTENT).toString()));
        Options options = Options.defaults()
                .withCertificateAuthorities(authorities)
                .withCredentials(_ -> Map.of("X-Key", "hunter2"));

        try (Downloads downloads = Downloads.with(options)) {
            var _ = downloads.fetched(directory, file("f", upgrade));
        }

        assertThat(secure.requests().getFirst().headers()).doesNotContainKey("x-key");
    }

    @Test
    void saysWhatIsWrongWithAFileOfAuthorities() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "no certificate");
        Path empty = Files.writeString(directory.resolve("empty"), "");
        Path missing = directory.resolve("missing");

        for (Path path : List.of(text, empty, missing)) {
            assertThatIOException()
                    .isThrownBy(() -> Downloads.with(Options.defaults().withCertificateAuthorities(path)))
                    .withMessageContaining(path + " ")
                    .withMessageContaining("PEM file");
        }
    }

    @Test
    void asksAProxyForPlainUrls() throws IOException {
        try (TinyProxy proxy = new TinyProxy();
                Downloads downloads = Downloads.with(Options.defaults().withProxies(by(proxy)))) {
            var _ = downloads.fetched(directory, file("f", plain.url(CONTENT)));

            assertThat(proxy.asked()).containsExactly("GET " + plain.url(CONTENT));
            assertThat(directory.resolve("f")).hasBinaryContent(CONTENT.toBytes());
        }
    }

    @Test
    void tunnelsTlsThroughAProxyThatSeesNoSecrets() throws IOException {
        Options options = Options.defaults()
                .withCertificateAuthorities(authorities)
                .withCredentials(_ -> Map.of("Authorization", "Bearer hunter2"));
        try (TinyProxy proxy = new TinyProxy();
                Downloads downloads = Downloads.with(options.withProxies(by(proxy)))) {
            var _ = downloads.fetched(directory, file("f", secure.url(CONTENT)), file("g", secure.url(CONTENT)));

            assertThat(proxy.asked()).containsOnly("CONNECT 127.0.0.1:" + secure.port());
            assertThat(proxy.headers()).noneMatch(line -> line.contains("hunter2"));
            assertThat(directory.resolve("f")).hasBinaryContent(CONTENT.toBytes());
            assertThat(secure.requests()).allMatch(request -> request.headers().containsKey("authorization"));
        }
    }

    @Test
    void judgesTheTargetAndNotTheProxy() throws IOException {
        Options options = Options.defaults().withRefuseLocalAddresses(true);
        try (TinyProxy proxy = new TinyProxy();
                Downloads downloads = Downloads.with(options.withProxies(by(proxy)))) {
            Outcome.Failed refused = downloads.failed(directory, file("f", plain.url(CONTENT)));
            Outcome.Failed unknown =
                    downloads.failed(directory, file("f", URI.create("http://no-such-host.invalid/x")));

            assertThat(refused.reason()).isEqualTo(Reason.ADDRESS_REFUSED);
            assertThat(unknown.reason()).isEqualTo(Reason.SOURCE_REFUSED);
            assertThat(proxy.asked()).containsExactly("GET http://no-such-host.invalid/x");
        }
    }

    @Test
    void asksNoProxyWhereTheSelectorNamesNone() throws IOException {
        try (Downloads downloads = Downloads.with(Options.defaults().withProxies(ProxySelector.of(null)))) {
            var _ = downloads.fetched(directory, file("f", plain.url(CONTENT)));
        }
    }

    private static ProxySelector by(TinyProxy proxy) {
        return ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()));
    }
}
