package io.datachunk.agent.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * YAML text as trees. Anchors are followed, as kubectl follows them; what they can blow a text up to is bounded. Stateless.
 */
final class YamlTrees {
    /** Twenty times what a chunk of 64 files needs, times a list of a thousand of them. */
    private static final int MAX_NODES = 2_000_000;

    private static final int MAX_DEPTH = 64;

    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setAllowDuplicateKeys(false)
            .setMaxAliasesForCollections(100)
            .setCodePointLimit(ManifestReader.MAX_DOCUMENT_CHARACTERS + 1)
            .build();

    private int nodesLeft = MAX_NODES;

    private YamlTrees() {}

    /**
     * The documents of a text; empty ones are left out.
     *
     * @throws UnreadableTextException saying where and why
     */
    static List<JsonNode> parse(String text) throws UnreadableTextException {
        List<JsonNode> trees = new ArrayList<>(1);
        try {
            for (Object document : new Load(SETTINGS).loadAllFromString(text)) {
                if (document != null) {
                    trees.add(new YamlTrees().tree(document, 0));
                }
            }
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw new UnreadableTextException(line, String.valueOf(e.getProblem()));
        } catch (YamlEngineException e) {
            throw new UnreadableTextException(1, String.valueOf(e.getMessage()));
        } catch (StackOverflowError e) {
            throw new UnreadableTextException(1, "is nested too deeply");
        }
        return trees;
    }

    private JsonNode tree(@Nullable Object value, int depth) throws UnreadableTextException {
        if (--nodesLeft < 0) {
            throw new UnreadableTextException(1, "has anchors that make it too large");
        }
        if (depth > MAX_DEPTH) {
            throw new UnreadableTextException(1, "is nested too deeply");
        }
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (value) {
            case null -> nodes.nullNode();
            case Map<?, ?> map -> {
                ObjectNode object = nodes.objectNode();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    object.set(String.valueOf(entry.getKey()), tree(entry.getValue(), depth + 1));
                }
                yield object;
            }
            case List<?> list -> {
                ArrayNode array = nodes.arrayNode(list.size());
                for (Object item : list) {
                    array.add(tree(item, depth + 1));
                }
                yield array;
            }
            case Boolean flag -> nodes.booleanNode(flag);
            case Integer number -> nodes.numberNode(number);
            case Long number -> nodes.numberNode(number);
            case BigInteger number -> nodes.numberNode(number);
            case Double number -> nodes.numberNode(number);
            default -> nodes.textNode(value.toString());
        };
    }
}
