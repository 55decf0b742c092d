package io.datachunk.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.util.stream.Collectors;

/** Says where a document cannot be decoded and why, in the words of the document rather than of Java. */
final class DecodingProblem {
    private static final int MAX_CHARACTERS = 200;

    private DecodingProblem() {}

    static String describe(String field, JsonProcessingException problem) {
        String path = problem instanceof JsonMappingException mapping
                ? mapping.getPath().stream().map(DecodingProblem::step).collect(Collectors.joining())
                : "";
        String reason = rootMessage(problem).lines().findFirst().orElse("cannot be decoded");
        boolean absent = reason.startsWith("Missing required creator property");
        String text = field + path + (absent ? " is missing" : ": " + reason);
        return text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS) + "…";
    }

    private static String step(JsonMappingException.Reference reference) {
        return reference.getFieldName() == null ? "[" + reference.getIndex() + "]" : "." + reference.getFieldName();
    }

    private static String rootMessage(JsonProcessingException problem) {
        return problem.getCause() instanceof IllegalArgumentException refused
                ? String.valueOf(refused.getMessage())
                : problem.getOriginalMessage();
    }
}
