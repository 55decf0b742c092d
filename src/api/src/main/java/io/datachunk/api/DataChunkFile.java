package io.datachunk.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One file of a chunk as declared.
 *
 * @param sizeBytes null where it is not known beforehand
 * @param sha256 64 hexadecimal digits, kept in lower case; null where it is not known beforehand
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DataChunkFile(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String url,
        @Nullable Long sizeBytes,
        @Nullable String sha256) {

    /**
     * @throws IllegalArgumentException if name or URL is null
     */
    public DataChunkFile {
        name = Required.text("name", name);
        url = Required.text("url", url);
        sha256 = sha256 == null ? null : sha256.toLowerCase(Locale.ROOT);
    }
}
