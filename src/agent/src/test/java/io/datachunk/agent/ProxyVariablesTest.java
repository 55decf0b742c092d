package io.datachunk.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyVariablesTest {
    private static final String PROXY = "http://proxy.example.org:3128";

    @Test
    void choosesByScheme() throws IOException {
        Map<String, String> environment = Map.of("http_proxy", "a:1", "HTTPS_PROXY", "socks5://b");

        assertThat(chosen(environment, "http://x/")).isEqualTo("HTTP a:1");
        assertThat(chosen(environment, "https://x/")).isEqualTo("SOCKS b:1080");
    }

    @Test
    void prefersTheLowerCaseAndFallsBackToTheOneForAll() throws IOException {
        Map<String, String> environment = Map.of("http_proxy", "low", "HTTP_PROXY", "up", "ALL_PROXY", "all");

        assertThat(chosen(environment, "http://x/")).isEqualTo("HTTP low:80");
        assertThat(chosen(environment, "https://x/")).isEqualTo("HTTP all:80");
    }

    @Test
    void goesDirectlyWithoutVariables() throws IOException {
        assertThat(chosen(Map.of("http_proxy", " "), "http://x/")).isEqualTo("direct");
    }

    @ParameterizedTest
    @CsvSource({
        "example.org, http://example.org/, direct",
        "example.org, http://a.example.org/, direct",
        "example.org, http://anexample.org/, proxy",
        ".example.org, http://a.example.org/, direct",
        "*.example.org, http://A.EXAMPLE.org/, direct",
        "*, http://anything/, direct",
        "10.0.0.0/8, http://10.1.2.3/, direct",
        "10.0.0.0/8, http://11.1.2.3/, proxy",
        "10.0.0.0/8, http://ten.example.org/, proxy",
        "fd00::/8, 'http://[fd12::1]/', direct",
        "10.0.0.1, http://10.0.0.1:8080/, direct",
        "example.org:8080, http://example.org:8080/, direct",
        "example.org:8080, http://example.org/, proxy",
        "'a.org, b.org', http://b.org/, direct",
        "example.org:443, https://example.org/, direct"
    })
    void leavesOutHostsThatNoProxyLists(String list, URI url, String expected) throws IOException {
        Map<String, String> environment = Map.of("all_proxy", PROXY, "no_proxy", list);

        assertThat(chosen(environment, url.toString()).startsWith("HTTP") ? "proxy" : "direct")
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://proxy", "http://", "http://us er@x", "http://user:secret@proxy:1"})
    void saysWhichVariableCannotBeUsedWithoutTellingSecrets(String value) {
        assertThatThrownBy(() -> ProxyVariables.of(Map.of("https_proxy", value)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("https_proxy")
                .hasMessageNotContaining("secret");
    }

    private static String chosen(Map<String, String> environment, String url) throws IOException {
        Proxy proxy = ProxyVariables.of(environment).select(URI.create(url)).getFirst();
        return proxy.address() instanceof InetSocketAddress address
                ? proxy.type() + " " + address.getHostString() + ":" + address.getPort()
                : "direct";
    }
}
