package io.datachunk.manager.transfer;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** URLs as they may be logged, reported and recorded: without query, fragment and user info, which may be secrets. */
final class SafeUrl {
    private SafeUrl() {}

    static String of(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return url.getScheme() + "://" + url.getHost() + port + path;
    }

    /** What tells one file's URL from another's: the same with a digest of the query. */
    static String identity(URI url) {
        String query = url.getRawQuery();
        if (query == null) {
            return of(url);
        }
        byte[] digest = StagedFile.newSha256().digest(query.getBytes(StandardCharsets.UTF_8));
        return of(url) + "?sha256=" + HexFormat.of().formatHex(digest);
    }
}
