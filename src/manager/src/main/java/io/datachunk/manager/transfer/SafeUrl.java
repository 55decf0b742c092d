package io.datachunk.manager.transfer;

import java.net.URI;

/** URLs as they may be logged and reported: without query, fragment and user info, which may be secrets. */
final class SafeUrl {
    private SafeUrl() {}

    static String of(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        return url.getScheme() + "://" + url.getHost() + port + path;
    }
}
