package io.datachunk.agent.source;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.datachunk.agent.source.Declaration.Unusable;
import io.datachunk.agent.source.ManifestFile.Broken;
import io.datachunk.agent.source.ManifestFile.Located;
import io.datachunk.api.ApiJson;
import io.datachunk.api.DataChunk;
import io.datachunk.api.DataChunkApi;
import io.datachunk.api.DataChunkSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads the text of a manifest file: documents of YAML, each by itself, so that a broken one costs that one alone; or
 * JSON objects one after another. Lists of objects, as kubectl prints them, are taken apart. Immutable, thread-safe.
 */
final class ManifestReader {
    /** 5,000 chunks of a usual size fit, and a mistaken binary does not. */
    static final int MAX_FILE_BYTES = 16 << 20;

    static final int MAX_DOCUMENT_CHARACTERS = 4 << 20;

    private final ObjectMapper json = ApiJson.json();
    private final Predicate<DataChunkSpec> wantedHere;

    /**
     * A reader.
     *
     * @param wantedHere whether this node shall follow an object
     */
    ManifestReader(Predicate<DataChunkSpec> wantedHere) {
        this.wantedHere = wantedHere;
    }

    /** Reads a text that came from the file of that name. */
    ManifestFile read(String fileName, String text) {
        Pass pass = new Pass(fileName);
        if (fileName.endsWith(".json")) {
            pass.readJson(text);
        } else {
            for (YamlDocument document : YamlDocument.split(text)) {
                pass.readYaml(document);
            }
        }
        return new ManifestFile(pass.declarations, pass.elsewhere, pass.broken, pass.notes);
    }

    /** What has been read of one file so far. */
    private final class Pass {
        private final String fileName;
        private final List<Located> declarations = new ArrayList<>();
        private final List<Broken> broken = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private int elsewhere;

        Pass(String fileName) {
            this.fileName = fileName;
        }

        void readYaml(YamlDocument document) {
            String where = fileName + " line " + document.firstLine();
            if (document.text().length() > MAX_DOCUMENT_CHARACTERS) {
                broken.add(brokenText(
                        document.text(),
                        where + ": the document is larger than " + (MAX_DOCUMENT_CHARACTERS >> 20)
                                + " MiB: split it into several"));
                return;
            }
            try {
                for (JsonNode tree : YamlTrees.parse(document.text())) {
                    take(where, tree);
                }
            } catch (UnreadableTextException e) {
                int line = document.firstLine() + e.line() - 1;
                broken.add(brokenText(document.text(), fileName + " line " + line + ": not YAML: " + e.getMessage()));
            }
        }

        void readJson(String text) {
            try (MappingIterator<JsonNode> trees =
                    json.readerFor(JsonNode.class).readValues(text)) {
                while (trees.hasNextValue()) {
                    int line = trees.getCurrentLocation().getLineNr();
                    take(fileName + " line " + line, trees.nextValue());
                }
            } catch (JsonProcessingException e) {
                JsonLocation location = e.getLocation();
                int line = location == null ? 1 : location.getLineNr();
                broken.add(brokenText(text, fileName + " line " + line + ": not JSON: " + firstLine(e)));
            } catch (IOException e) {
                broken.add(brokenText(text, fileName + ": not JSON: " + e.getMessage()));
            }
        }

        private void take(String where, JsonNode tree) {
            String kind = tree.path("kind").asText("");
            if (tree.path("items").isArray() && (kind.equals("List") || kind.equals("DataChunkList"))) {
                int item = 0;
                for (JsonNode each : tree.get("items")) {
                    takeObject(where + " item " + ++item, each);
                }
            } else {
                takeObject(where, tree);
            }
        }

        private void takeObject(String where, JsonNode tree) {
            String kind = tree.path("kind").asText("");
            String apiVersion = tree.path("apiVersion").asText("");
            if (!kind.equals("DataChunk") || !apiVersion.equals(DataChunkApi.API_VERSION)) {
                notes.add(
                        where + ": " + describe(kind, apiVersion) + " is not used: manifests here are of kind DataChunk"
                                + " and apiVersion " + DataChunkApi.API_VERSION);
                return;
            }
            DataChunk object;
            try {
                object = json.treeToValue(tree, DataChunk.class);
            } catch (JsonProcessingException e) {
                notes.add(where + ": not a DataChunk: " + firstLine(e));
                return;
            }
            String name = object.getMetadata().getName();
            if (name == null || name.isBlank()) {
                notes.add(where + ": the DataChunk has no metadata.name: give it one");
                return;
            }
            if (object.getSpec() != null && !wantedHere.test(object.getSpec())) {
                elsewhere++;
                return;
            }
            Declaration declaration = Declaration.of(object);
            declarations.add(new Located(where, declaration));
            if (declaration instanceof Unusable unusable) {
                notes.add(where + ": " + name + " cannot be used: "
                        + unusable.why().message());
            }
        }

        private String describe(String kind, String apiVersion) {
            if (kind.isEmpty()) {
                return "a document without a kind";
            }
            return "a " + kind + (apiVersion.isEmpty() ? " without apiVersion" : " of " + apiVersion);
        }
    }

    private static Broken brokenText(String text, String message) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.strip().getBytes(StandardCharsets.UTF_8));
            return new Broken(HexFormat.of().formatHex(digest), message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String firstLine(JsonProcessingException e) {
        return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("unreadable");
    }
}
