package io.datachunk.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.datachunk.api.ApiJson;
import io.datachunk.manager.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The request headers of a file: YAML, by host name a bearer token, a user name with a password, or headers as they are.
 *
 * <pre>
 * data.example.org:   {bearer: "eyJ…"}
 * mirror.example.org: {basic: {username: lake, password: "…"}}
 * blobs.example.org:  {headers: {X-Api-Key: "…"}}
 * </pre>
 *
 * Thread-safe: downloads read the last good content; one thread, that of the agent's loop, reads the file again. No message
 * ever holds a value of the file.
 */
final class HostCredentials implements Credentials {
    private static final Logger LOG = LoggerFactory.getLogger(HostCredentials.class);
    private static final Set<String> FIELDS = Set.of("bearer", "basic", "headers");
    private static final long MAX_BYTES = 1 << 20;

    private final Path file;
    private volatile Map<String, Map<String, String>> headersByHost;

    /** Owned by the thread that reads again. */
    private Fingerprint fingerprint;

    private String problem = "";

    private HostCredentials(Path file, Fingerprint fingerprint, Map<String, Map<String, String>> headersByHost) {
        this.file = file;
        this.fingerprint = fingerprint;
        this.headersByHost = headersByHost;
    }

    /**
     * Reads a file.
     *
     * @throws IOException in one line that says what to change
     */
    static HostCredentials read(Path file) throws IOException {
        Fingerprint fingerprint = Fingerprint.of(file);
        return new HostCredentials(file, fingerprint, parse(file));
    }

    @Override
    public Map<String, String> headersFor(String host) {
        return headersByHost.getOrDefault(host, Map.of());
    }

    /** Reads the file again if it changed; what cannot be used is logged once, and the last good content stays. */
    void reloadIfChanged() {
        try {
            Fingerprint now = Fingerprint.of(file);
            if (now.equals(fingerprint)) {
                return;
            }
            fingerprint = now;
            headersByHost = parse(file);
            problem = "";
            LOG.info("read the credentials of {} hosts again from {}", headersByHost.size(), file);
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            if (!problem.equals(message)) {
                LOG.warn("the credentials read before stay: {}", message);
                problem = message;
            }
        }
    }

    private static Map<String, Map<String, String>> parse(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(
                    "the credentials file " + file + " is larger than 1 MiB: give another with --credentials");
        }
        JsonNode root;
        try {
            root = ApiJson.yaml().readTree(Files.readString(file, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new IOException("the credentials file " + file + " is not YAML, see line " + line);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        Map<String, Map<String, String>> headersByHost = new HashMap<>();
        if (root.isMissingNode() || root.isNull()) {
            return Map.of();
        }
        if (!root.isObject()) {
            throw unusable(file, "is not a map of host names");
        }
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            headersByHost.put(host(file, entry.getKey()), headers(file, entry.getKey(), entry.getValue()));
        }
        return Map.copyOf(headersByHost);
    }

    private static String host(Path file, String text) throws IOException {
        String host = text.toLowerCase(Locale.ROOT);
        if (host.startsWith("[") && host.endsWith("]")) {
            return host.substring(1, host.length() - 1);
        }
        if (host.contains("/") || host.matches(".*[^:]:\\d+")) {
            throw unusable(file, "has \"" + text + "\" where a host name without scheme, port or path belongs");
        }
        return host;
    }

    private static Map<String, String> headers(Path file, String host, JsonNode entry) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (Map.Entry<String, JsonNode> field : entry.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw unusable(
                        file,
                        "has the field \"" + field.getKey() + "\" for " + host
                                + ": a host has bearer, basic or headers");
            }
        }
        for (Map.Entry<String, JsonNode> header : entry.path("headers").properties()) {
            headers.put(header.getKey(), text(file, host, header.getKey(), header.getValue()));
        }
        if (entry.has("bearer")) {
            headers.put("Authorization", "Bearer " + text(file, host, "bearer", entry.get("bearer")));
        }
        if (entry.has("basic")) {
            JsonNode basic = entry.get("basic");
            String pair = text(file, host, "basic.username", basic.path("username")) + ":"
                    + text(file, host, "basic.password", basic.path("password"));
            headers.put(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        if (headers.isEmpty() || (entry.has("bearer") && entry.has("basic"))) {
            throw unusable(file, "needs one of bearer, basic and headers for " + host);
        }
        return Map.copyOf(headers);
    }

    private static String text(Path file, String host, String field, JsonNode value) throws IOException {
        boolean usable = value.isTextual()
                && value.textValue().chars().allMatch(character -> character >= ' ' && character != 0x7f);
        boolean header = field.startsWith("basic.") || field.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
        if (!usable || !header) {
            throw unusable(
                    file,
                    "needs a text of one line as " + field + " of " + host + ", in quotes if it looks like a number");
        }
        return value.textValue();
    }

    private static IOException unusable(Path file, String problem) {
        return new IOException("the credentials file " + file + " " + problem);
    }

    private static IOException unreadable(Path file, IOException cause) {
        return new IOException(
                "the credentials file " + file
                        + " cannot be read: let this user read it, or give another with --credentials",
                cause);
    }

    private record Fingerprint(long modifiedMs, long size, String key) {
        static Fingerprint of(Path file) throws IOException {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return new Fingerprint(
                        attributes.lastModifiedTime().toMillis(),
                        attributes.size(),
                        String.valueOf(attributes.fileKey()));
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }
    }
}
