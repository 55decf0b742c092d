package io.datachunk.manager.transfer;

import java.net.URI;
import java.util.Locale;

/**
 * Whom a URL asks: what has to be equal for secrets to go along, and what is paused when it is in trouble. Immutable.
 *
 * @param scheme in lower case
 * @param host in lower case
 * @param port the scheme's own where the URL names none
 */
record Authority(String scheme, String host, int port) {

    static Authority of(URI url) {
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        int port = url.getPort() >= 0 ? url.getPort() : scheme.equals("https") ? 443 : 80;
        return new Authority(scheme, url.getHost().toLowerCase(Locale.ROOT), port);
    }
}
