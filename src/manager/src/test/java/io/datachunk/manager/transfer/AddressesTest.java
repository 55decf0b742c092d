package io.datachunk.manager.transfer;

import static io.datachunk.manager.origin.Script.redirect;
import static io.datachunk.manager.transfer.Downloads.file;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.manager.Options;
import io.datachunk.manager.Reason;
import io.datachunk.manager.origin.Content;
import io.datachunk.manager.origin.Origin;
import io.datachunk.manager.origin.RecordedRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a URL and its redirects may point, and which secrets go there. */
class AddressesTest {
    private static final Content CONTENT = new Content(1, 1_000);

    /** Loopback addresses are many: one is allowed here, and another stands for what is not. */
    private static final Options ONLY_127_0_0_1 =
            Options.defaults().withRefuseLocalAddresses(true).withAllowedAddresses(List.of("127.0.0.1/32"));

    @TempDir
    Path directory;

    private Origin origin;
    private Origin other;

    @BeforeEach
    void start() throws IOException {
        origin = Origin.http();
        other = Origin.http();
    }

    @AfterEach
    void stop() throws IOException {
        origin.close();
        other.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.2", "127.9.9.9", "0.0.0.0", "169.254.169.254", "[::1]", "[::ffff:127.0.0.2]", "[::]"})
    void refusesALiteralAddressAtOnce(String host) throws IOException {
        try (Downloads downloads = Downloads.with(ONLY_127_0_0_1)) {
            Outcome.Failed failed = downloads.failed(directory, file("f", origin.urlAt(host, "/latest?secret")));

            assertThat(failed.reason()).isEqualTo(Reason.ADDRESS_REFUSED);
            assertThat(failed.permanent()).isTrue();
            assertThat(failed.message()).contains("allow the address").doesNotContain("secret");
            assertThat(origin.connections()).isZero();
        }
    }

    @Test
    void refusesANameByWhatItResolvesTo() throws IOException {
        try (Downloads downloads = Downloads.with(Options.defaults().withRefuseLocalAddresses(true))) {
            Outcome.Failed failed =
                    downloads.failed(directory, file("f", origin.urlAt("localhost", Origin.pathOf(CONTENT))));

            assertThat(failed.reason()).isEqualTo(Reason.ADDRESS_REFUSED);
            assertThat(origin.connections()).isZero();
        }
    }

    @Test
    void refusesARedirectToWhereTheUrlMightNotPoint() throws IOException {
        URI hidden = other.urlAt("127.0.0.2", Origin.pathOf(CONTENT));
        origin.on("/file", redirect("302 Found", hidden.toString()));

        try (Downloads downloads = Downloads.with(ONLY_127_0_0_1)) {
            Outcome.Failed failed = downloads.failed(directory, file("f", origin.url("/file")));

            assertThat(failed.reason()).isEqualTo(Reason.ADDRESS_REFUSED);
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void fetchesFromAnAddressThatIsAnException() throws IOException {
        try (Downloads downloads = Downloads.with(ONLY_127_0_0_1)) {
            var _ = downloads.fetched(directory, file("f", origin.url(CONTENT)));
        }
    }

    @Test
    void sendsEachHostItsOwnHeadersWithEveryRequest() throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        Options options = Options.defaults().withCredentials(host -> {
            asked.add(host);
            return Map.of("Authorization", "Bearer " + asked.size(), "X-Key", host);
        });

        try (Downloads downloads = Downloads.with(options)) {
            var _ = downloads.fetched(directory.resolve("1"), file("f", origin.url(CONTENT)));
            var _ = downloads.fetched(
                    directory.resolve("2"), file("f", origin.urlAt("LOCALHOST", Origin.pathOf(CONTENT))));
        }

        assertThat(asked).containsExactly("127.0.0.1", "localhost");
        assertThat(origin.requests())
                .extracting(r -> r.header("authorization").orElse(""))
                .containsExactly("Bearer 1", "Bearer 2");
        assertThat(origin.requests())
                .extracting(r -> r.header("x-key").orElse(""))
                .containsExactly("127.0.0.1", "localhost");
    }

    @Test
    void sendsTheUserInfoOfAUrlAndNothingOfItInTheRequestLine() throws IOException {
        try (Downloads downloads = Downloads.with(Options.defaults())) {
            var _ = downloads.fetched(
                    directory, file("f", origin.urlAt("Aladdin:open%20sesame@127.0.0.1", Origin.pathOf(CONTENT))));
        }

        RecordedRequest request = origin.requests().getFirst();
        assertThat(request.header("authorization")).contains("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assertThat(request.target()).isEqualTo(Origin.pathOf(CONTENT));
        assertThat(request.headers().get("host")).isEqualTo("127.0.0.1:" + origin.port());
    }

    @Test
    void secretsDoNotFollowARedirectToAnotherOrigin() throws IOException {
        origin.on("/port", redirect("302 Found", other.url(CONTENT).toString()));
        origin.on(
                "/name",
                redirect(
                        "307 Found",
                        origin.urlAt("localhost", Origin.pathOf(CONTENT)).toString()));
        Options options = Options.defaults().withCredentials(_ -> Map.of("X-Key", "hunter2"));

        try (Downloads downloads = Downloads.with(options)) {
            var _ = downloads.fetched(directory.resolve("1"), file("f", origin.urlAt("u:hunter2@127.0.0.1", "/port")));
            var _ = downloads.fetched(directory.resolve("2"), file("f", origin.urlAt("u:hunter2@127.0.0.1", "/name")));
        }

        assertThat(origin.requests("/port").getFirst().headers()).containsKeys("x-key", "authorization");
        assertThat(other.requests()).hasSize(1);
        assertThat(other.requests().getFirst().headers()).doesNotContainKeys("x-key", "authorization", "referer");
        assertThat(origin.requests(Origin.pathOf(CONTENT)).getFirst().headers())
                .doesNotContainKeys("x-key", "authorization", "referer");
    }

    @Test
    void secretsInTheTargetOfARedirectToAnotherOriginAreNotSent() throws IOException {
        origin.on(
                "/file",
                redirect(
                        "302 Found",
                        other.urlAt("u:hunter2@127.0.0.1", Origin.pathOf(CONTENT))
                                .toString()));

        try (Downloads downloads = Downloads.with(Options.defaults())) {
            var _ = downloads.fetched(directory, file("f", origin.url("/file")));
        }

        assertThat(other.requests().getFirst().headers()).doesNotContainKey("authorization");
    }

    @Test
    void secretsFollowARedirectWithinTheOrigin() throws IOException {
        origin.on("/file", redirect("302 Found", Origin.pathOf(CONTENT)));
        Options options = Options.defaults().withCredentials(_ -> Map.of("X-Key", "hunter2"));

        try (Downloads downloads = Downloads.with(options)) {
            var _ = downloads.fetched(directory, file("f", origin.url("/file")));
        }

        assertThat(origin.requests(Origin.pathOf(CONTENT)).getFirst().header("x-key"))
                .contains("hunter2");
    }

    @Test
    void asksForBytesAsTheyAreAndSaysWhoItIs() throws IOException {
        try (Downloads downloads = Downloads.with(Options.defaults())) {
            var _ = downloads.fetched(directory, file("f", origin.url(CONTENT)));
        }

        RecordedRequest request = origin.requests().getFirst();
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.header("accept-encoding")).contains("identity");
        assertThat(request.header("user-agent")).contains("datachunk-agent");
        assertThat(request.headers()).doesNotContainKeys("range", "if-range");
    }
}
