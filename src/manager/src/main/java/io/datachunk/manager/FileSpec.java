package io.datachunk.manager;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * One file of a chunk: its name on disk and where it comes from. Immutable.
 *
 * @param name one path component: {@code [A-Za-z0-9_][A-Za-z0-9._-]{0,127}}
 * @param url absolute, http or https, at most 4,096 characters
 * @param sizeBytes the length, where it is known beforehand
 * @param digest of the whole content, where it is known beforehand
 */
public record FileSpec(String name, URI url, OptionalLong sizeBytes, Optional<Digest> digest) {
    /** The same bound as the custom resource has; 4,096 holds the signed URLs of the large object stores. */
    private static final int MAX_URL_CHARACTERS = 4_096;

    private static final int MAX_PORT = 65_535;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

    /**
     * @throws IllegalArgumentException saying which component cannot be used and why
     */
    public FileSpec {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "file name needs 1 to 128 letters, digits, '.', '_' or '-' and begins with a letter, digit or '_',"
                            + " but is \"" + printable(name) + "\"");
        }
        requireUsable(name, url);
        if (sizeBytes.isPresent() && sizeBytes.getAsLong() < 0) {
            throw new IllegalArgumentException(
                    "size of file " + name + " needs to be 0 or more, but is " + sizeBytes.getAsLong());
        }
    }

    /**
     * A file of unknown size and digest.
     *
     * @throws IllegalArgumentException saying what of it cannot be used and why
     */
    public static FileSpec of(String name, String url) {
        return new FileSpec(name, parse(name, url), OptionalLong.empty(), Optional.empty());
    }

    /**
     * Reads a URL as {@link #url()} wants it. The text of the error holds neither query nor user info, which may be
     * secrets.
     *
     * @throws IllegalArgumentException if it is not a URL at all
     */
    public static URI parse(String fileName, String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "url of file " + printable(fileName) + " is not a URL: " + e.getReason() + " at character "
                            + e.getIndex(),
                    e);
        }
    }

    private static void requireUsable(String name, URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("url of file " + name
                    + " needs to begin with http:// or https://, but its scheme is \"" + scheme + "\"");
        }
        if (url.getHost() == null) {
            throw new IllegalArgumentException("url of file " + name + " names no host");
        }
        if (url.getPort() == 0 || url.getPort() > MAX_PORT) {
            throw new IllegalArgumentException(
                    "url of file " + name + " needs a port from 1 to " + MAX_PORT + ", but has " + url.getPort());
        }
        if (url.toString().length() > MAX_URL_CHARACTERS) {
            throw new IllegalArgumentException("url of file " + name + " needs at most " + MAX_URL_CHARACTERS
                    + " characters, but has " + url.toString().length());
        }
    }

    private static String printable(String text) {
        String shown = text.length() <= 140 ? text : text.substring(0, 140) + "…";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
