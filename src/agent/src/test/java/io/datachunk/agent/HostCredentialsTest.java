package io.datachunk.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCredentialsTest {
    @TempDir
    Path directory;

    @Test
    void readsTokensPasswordsAndHeaders() throws IOException {
        HostCredentials credentials = read("""
                Data.example.org: {bearer: token}
                mirror.example.org: {basic: {username: lake, password: "p:w"}}
                blobs.example.org: {bearer: t, headers: {X-Api-Key: key}}
                "[fd00::1]": {bearer: six}
                """);

        assertThat(credentials.headersFor("data.example.org")).isEqualTo(Map.of("Authorization", "Bearer token"));
        assertThat(credentials.headersFor("mirror.example.org"))
                .isEqualTo(Map.of("Authorization", "Basic bGFrZTpwOnc="));
        assertThat(credentials.headersFor("blobs.example.org"))
                .isEqualTo(Map.of("Authorization", "Bearer t", "X-Api-Key", "key"));
        assertThat(credentials.headersFor("fd00::1")).isNotEmpty();
        assertThat(credentials.headersFor("example.org")).isEmpty();
    }

    @Test
    void takesAnEmptyFileForNoHosts() throws IOException {
        assertThat(read("# later\n").headersFor("a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- secret",
                "a: {token: secret}",
                "a: {bearer: 12345678secret, basic: {username: u, password: secret}}",
                "a: {basic: {username: secret}}",
                "a: {}",
                "a: secret",
                "a: {bearer: 123}",
                "https://a/secret: {bearer: x}",
                "a:80: {bearer: secret}",
                "a: {bearer: \"secret\\nX: y\"}",
                "a: {headers: {\"secret header\": y}}",
                "a: {bearer: [secret"
            })
    void saysWhatCannotBeUsedInOneLine(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("credentials.yaml")
                .message()
                .hasLineCount(1);
    }

    @Test
    void saysWhenTheFileIsNotThere() {
        assertThatThrownBy(() -> HostCredentials.read(directory.resolve("none")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--credentials");
    }

    @Test
    void readsAChangedFileAgainAndKeepsTheLastGoodOne() throws IOException {
        HostCredentials credentials = read("a: {bearer: one}");

        replace("a: {bearer: three}");
        credentials.reloadIfChanged();
        assertThat(credentials.headersFor("a")).isEqualTo(Map.of("Authorization", "Bearer three"));

        replace("a: {bearer: [");
        credentials.reloadIfChanged();
        assertThat(credentials.headersFor("a")).isEqualTo(Map.of("Authorization", "Bearer three"));

        Files.delete(file());
        credentials.reloadIfChanged();
        assertThat(credentials.headersFor("a")).isEqualTo(Map.of("Authorization", "Bearer three"));

        replace("b: {bearer: four}");
        credentials.reloadIfChanged();
        assertThat(credentials.headersFor("a")).isEmpty();
        assertThat(credentials.headersFor("b")).isEqualTo(Map.of("Authorization", "Bearer four"));
    }

    private HostCredentials read(String text) throws IOException {
        Files.writeString(file(), text);
        return HostCredentials.read(file());
    }

    private void replace(String text) throws IOException {
        Path next = Files.writeString(directory.resolve("next"), text);
        Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path file() {
        return directory.resolve("credentials.yaml");
    }
}
