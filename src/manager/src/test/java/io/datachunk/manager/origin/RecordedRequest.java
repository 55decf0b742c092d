package io.datachunk.manager.origin;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client asked. Immutable.
 *
 * @param target as the request line has it, with the query
 * @param headers by name in lower case
 */
public record RecordedRequest(String method, String target, Map<String, String> headers) {

    public RecordedRequest {
        headers = Map.copyOf(headers);
    }

    /** The target without its query, and without scheme and host where a client asks a proxy. */
    public String path() {
        String path = target.replaceFirst("\\?.*", "");
        return path.startsWith("http://") ? path.replaceFirst("http://[^/]*", "") : path;
    }

    public Optional<String> header(String nameInLowerCase) {
        return Optional.ofNullable(headers.get(nameInLowerCase));
    }

    /** A number in the query. */
    long parameter(String name, long otherwise) {
        int question = target.indexOf('?');
        if (question < 0) {
            return otherwise;
        }
        for (String pair : target.substring(question + 1).split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return Long.parseLong(pair.substring(name.length() + 1));
            }
        }
        return otherwise;
    }

    /** Reads the head of a request; null at the end of the connection. */
    static @Nullable RecordedRequest read(InputStream in) throws IOException {
        String first = line(in);
        if (first.isEmpty()) {
            return null;
        }
        String[] words = first.split(" ", -1);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new RecordedRequest(words[0], words[1], headers);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int each = in.read(); each >= 0 && each != '\n'; each = in.read()) {
            if (each != '\r') {
                line.append((char) each);
            }
        }
        return line.toString();
    }
}
