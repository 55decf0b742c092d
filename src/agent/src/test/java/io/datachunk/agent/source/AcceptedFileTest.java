package io.datachunk.agent.source;

import static io.datachunk.agent.Samples.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import io.datachunk.agent.source.ManifestFile.Located;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptedFileTest {
    private static final String BROKEN = "kind: [\n";
    private static final String BROKEN_TOO = "kind: {\n";

    private final ManifestReader reader = new ManifestReader(_ -> true);

    @Test
    void keepsWhatATextThatBecameUnparseableMayHaveDeclared() {
        AcceptedFile whole = AcceptedFile.first(read(manifest(1), manifest(2)));

        AcceptedFile slipped = whole.next(read(manifest(1), BROKEN));

        assertThat(retained(slipped)).containsExactly("chunk-2");
        assertThat(retained(slipped.next(read(manifest(1)))))
                .as("mended by removing it")
                .isEmpty();
        assertThat(retained(slipped.next(read(manifest(1), BROKEN_TOO)))).containsExactly("chunk-2");
        assertThat(retained(slipped.next(read(BROKEN)))).containsExactlyInAnyOrder("chunk-1", "chunk-2");
    }

    @Test
    void letsAnObjectGoBesideATextThatWasBrokenBefore() {
        AcceptedFile half = AcceptedFile.first(read(manifest(1), manifest(2), BROKEN));

        assertThat(retained(half.next(read(manifest(1), BROKEN)))).isEmpty();
    }

    @Test
    void keepsAllOfAFileThatCannotBeReadAnyMore() {
        AcceptedFile whole = AcceptedFile.first(read(manifest(1), manifest(2)));

        AcceptedFile unreadable = whole.next(ManifestFile.unreadable("chunks.yaml cannot be read"));

        assertThat(retained(unreadable)).containsExactly("chunk-1", "chunk-2");
        assertThat(retained(unreadable.next(ManifestFile.unreadable("for another reason"))))
                .containsExactly("chunk-1", "chunk-2");
        assertThat(retained(unreadable.next(read(manifest(2))))).isEmpty();
    }

    @Test
    void keepsAnObjectAsItWasWhileItsSpecCannotBeUsed() {
        String odd = manifest(1).replace("http://", "ftp://");
        AcceptedFile whole = AcceptedFile.first(read(manifest(1), manifest(2)));

        AcceptedFile slipped = whole.next(read(odd));

        assertThat(retained(slipped)).as("chunk-2 was removed").containsExactly("chunk-1");
        assertThat(retained(slipped.next(read(odd, manifest(3))))).containsExactly("chunk-1");
        assertThat(retained(slipped.next(read(manifest(1))))).isEmpty();
        assertThat(retained(slipped.next(read()))).isEmpty();
    }

    private ManifestFile read(String... documents) {
        return reader.read("chunks.yaml", String.join("---\n", documents));
    }

    private static List<String> retained(AcceptedFile file) {
        return file.retained().stream().map(Located::name).toList();
    }
}
