package io.datachunk.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/** A half-open range of blocks as declared: {@code start} is in it, {@code end} is not. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DataChunkRange(
        @JsonProperty(required = true) long start,
        @JsonProperty(required = true) long end) {}
