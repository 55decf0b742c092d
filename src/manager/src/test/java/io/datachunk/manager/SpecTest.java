package io.datachunk.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.datachunk.reader.BlockRange;
import io.datachunk.reader.ChunkId;
import io.datachunk.reader.DatasetId;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be declared. */
class SpecTest {
    private static final ChunkId ID = ChunkId.parse("ab".repeat(32));
    private static final DatasetId DATASET = DatasetId.parse("cd".repeat(32));
    private static final BlockRange RANGE = new BlockRange(0, 10);
    private static final String URL = "http://host/file";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "../x",
                "/x",
                "a/b",
                "a\\b",
                ".chunk.json",
                ".resume.json",
                "-x",
                "a b",
                "a\0b",
                "a\nb",
                "ä",
                "a:b",
                "a*"
            })
    void refusesNamesThatAreMoreOrLessThanOnePlainComponent(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileSpec.of(name, URL))
                .withMessageStartingWith("file name needs");
    }

    @Test
    void refusesNamesOfMoreThan128Characters() {
        assertThat(FileSpec.of("x".repeat(128), URL).name()).hasSize(128);
        assertThatIllegalArgumentException().isThrownBy(() -> FileSpec.of("x".repeat(129), URL));
        assertThatIllegalArgumentException().isThrownBy(() -> FileSpec.of("x".repeat(300), URL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "_", "0", "blocks.parquet", "A-1_b.c", "a..b", "NUL"})
    void takesPlainNames(String name) {
        assertThat(FileSpec.of(name, URL).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "file",
                "/file",
                "ftp://host/file",
                "file:///etc/passwd",
                "http:///file",
                "http:file",
                "http://",
                "http://host:99999/f",
                "http://host:0/f",
                "http://a b/f",
                "http://host/\u0001",
                "mailto:a@b"
            })
    void refusesUrlsThatNobodyCanFetch(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileSpec.of("f", url))
                .withMessageStartingWith("url of file f ");
    }

    @Test
    void namesNoSecretOfAUrl() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileSpec.of("f", "http://user:hunter2@host/ x?sig=hunter2"))
                .withMessageNotContaining("hunter2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FileSpec.of("f", "http://user:hunter2@host:99999/x?sig=hunter2"))
                .withMessageNotContaining("hunter2");
    }

    @Test
    void refusesUrlsOfMoreThan4096Characters() {
        String longest = "http://host/" + "x".repeat(4_096 - 12);

        assertThat(FileSpec.of("f", longest).url()).isEqualTo(URI.create(longest));
        assertThatIllegalArgumentException().isThrownBy(() -> FileSpec.of("f", longest + "x"));
    }

    @Test
    void refusesSizesBelowZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FileSpec("f", URI.create(URL), OptionalLong.of(-1), Optional.empty()))
                .withMessageContaining("size of file f");
    }

    @Test
    void refusesNoFilesAndMoreThan64() {
        assertThat(chunk(files(64)).files()).hasSize(64);
        assertThatIllegalArgumentException().isThrownBy(() -> chunk(List.of())).withMessageContaining("has 0");
        assertThatIllegalArgumentException().isThrownBy(() -> chunk(files(65))).withMessageContaining("has 65");
    }

    @Test
    void refusesNamesThatDifferInCaseOnly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> chunk(List.of(FileSpec.of("Data", URL), FileSpec.of("data", URL))))
                .withMessageContaining("two files named data");
    }

    @Test
    void twoNamesMayHaveOneUrl() {
        assertThat(ChunkSpec.of(ID, DATASET, RANGE, Map.of("a", URL, "b", URL)).files())
                .hasSize(2);
    }

    @Test
    void aDigestIs64HexadecimalDigitsInEitherCase() {
        assertThat(Digest.sha256("AB".repeat(32))).hasToString("sha256:" + "ab".repeat(32));
        assertThatIllegalArgumentException().isThrownBy(() -> Digest.sha256("ab".repeat(31)));
        assertThatIllegalArgumentException().isThrownBy(() -> Digest.sha256("xy".repeat(32)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Digest("md5", "ab".repeat(16)));
    }

    @ParameterizedTest
    @EnumSource
    void aReasonIsReadBackFromItsName(Reason reason) {
        assertThat(Reason.parse(reason.camelCase())).contains(reason);
        assertThat(reason.camelCase()).matches("([A-Z][a-z]+)+");
    }

    private static ChunkSpec chunk(List<FileSpec> files) {
        return new ChunkSpec(ID, DATASET, RANGE, files);
    }

    private static List<FileSpec> files(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> FileSpec.of("f" + i, URL))
                .toList();
    }
}
