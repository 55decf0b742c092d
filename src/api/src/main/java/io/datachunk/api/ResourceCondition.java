package io.datachunk.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A condition as every Kubernetes API has it.
 *
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param lastTransitionTime when the status last changed, RFC 3339
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ResourceCondition(
        @JsonProperty(required = true) String type,
        @JsonProperty(required = true) String status,
        @Nullable Long observedGeneration,
        @JsonProperty(required = true) String lastTransitionTime,
        @JsonProperty(required = true) String reason,
        @JsonProperty(required = true) String message) {

    public static final String TRUE = "True";
    public static final String FALSE = "False";

    /** Whether the condition of that type is there and true. */
    public static boolean holds(List<ResourceCondition> conditions, String type) {
        return find(conditions, type)
                .map(condition -> condition.status.equals(TRUE))
                .orElse(false);
    }

    /** The condition of that type; there is one of each at most. */
    public static Optional<ResourceCondition> find(List<ResourceCondition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> condition.type.equals(type))
                .findFirst();
    }

    /** The condition as of now: it keeps the time of the previous one of its type while the status stays. */
    public static ResourceCondition following(
            List<ResourceCondition> previous,
            String type,
            boolean holds,
            String reason,
            String message,
            Long generation,
            Instant now) {
        String status = holds ? TRUE : FALSE;
        String time = find(previous, type)
                .filter(old -> old.status.equals(status))
                .map(ResourceCondition::lastTransitionTime)
                .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
        return new ResourceCondition(type, status, generation, time, reason, message);
    }
}
