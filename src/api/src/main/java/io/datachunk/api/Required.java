package io.datachunk.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Refuses the nulls that JSON lets pass, by the name of the field. */
final class Required {
    private Required() {}

    static String text(String field, @Nullable String value) {
        return value(field, value);
    }

    static <T> T value(String field, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }

    static <T> List<T> list(String field, @Nullable List<T> values) {
        List<T> present = value(field, values);
        for (T item : present) {
            value("an item of " + field, item);
        }
        return List.copyOf(present);
    }

    /** An optional list: absent and empty are one. */
    static <T> List<T> listOrEmpty(String field, @Nullable List<T> values) {
        return values == null ? List.of() : list(field, values);
    }
}
