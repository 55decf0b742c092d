package io.datachunk.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A custom resource of this group. Mutable as all resource classes of the client are: whoever got it from a cache copies it before a change.
 *
 * <p>One that cannot be decoded is still an object, with its metadata and a {@link #problem()}: an exception would end the informer that met it.
 */
public abstract class ApiResource<S, T> extends CustomResource<S, T> {
    private static final long serialVersionUID = 1L;

    @JsonIgnore
    private @Nullable String problem;

    /** Why the object could not be decoded; its spec is null then, and it says nothing about what is wanted. */
    @JsonIgnore
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    void cannotBeDecoded(String why) {
        problem = why;
    }

    /** {@code namespace/name}, or the name alone where there is no namespace. */
    @JsonIgnore
    public String key() {
        String namespace = getMetadata().getNamespace();
        return namespace == null
                ? getMetadata().getName()
                : namespace + "/" + getMetadata().getName();
    }
}
