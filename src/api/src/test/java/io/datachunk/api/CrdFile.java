package io.datachunk.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;

/** One file of {@code crds/}, as a tree. */
record CrdFile(JsonNode tree) {
    static CrdFile read(String plural) throws IOException {
        Path crds = Path.of(System.getProperty("basedir", ".")).resolve("../../crds");
        return new CrdFile(new ObjectMapper(new YAMLFactory())
                .readTree(crds.resolve(plural + ".yaml").toFile()));
    }

    JsonNode names() {
        return tree.at("/spec/names");
    }

    JsonNode version() {
        return tree.at("/spec/versions/0");
    }

    JsonNode schema() {
        return version().at("/schema/openAPIV3Schema");
    }
}
