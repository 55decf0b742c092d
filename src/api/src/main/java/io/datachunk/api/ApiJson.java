package io.datachunk.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

/**
 * Readers of manifests that come from files rather than from an API server. They take what the schema takes: unknown fields are let pass, while a number
 * where text is wanted is refused, as an id of decimal digits that somebody forgot to quote has lost its zeros.
 */
public final class ApiJson {
    private ApiJson() {}

    /** Of YAML, several documents a file; JSON is YAML too. */
    public static ObjectMapper yaml() {
        return strict(new YAMLFactory());
    }

    public static ObjectMapper json() {
        return strict(new JsonFactory());
    }

    private static ObjectMapper strict(JsonFactory format) {
        return JsonMapper.builder(format)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .withCoercionConfig(
                        LogicalType.Textual,
                        text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .withCoercionConfig(
                        LogicalType.Integer,
                        number -> number.setCoercion(CoercionInputShape.String, CoercionAction.Fail))
                .build();
    }
}
