package io.datachunk.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses proxies by the usual environment variables: {@code http_proxy}, {@code https_proxy}, {@code all_proxy} and
 * {@code no_proxy}, in lower or upper case, the lower first. Immutable.
 *
 * <p>{@code no_proxy} lists hosts that are asked directly: names, which cover the names below them too, addresses, CIDRs, each
 * with a port or without; {@code *} is every host.
 */
final class ProxyVariables extends ProxySelector {
    private static final List<Proxy> DIRECT = List.of(Proxy.NO_PROXY);

    private final List<Proxy> http;
    private final List<Proxy> https;
    private final List<Exemption> exemptions;

    private ProxyVariables(List<Proxy> http, List<Proxy> https, List<Exemption> exemptions) {
        this.http = http;
        this.https = https;
        this.exemptions = exemptions;
    }

    /**
     * Reads the variables.
     *
     * @throws IOException naming the one that cannot be used
     */
    static ProxySelector of(Map<String, String> environment) throws IOException {
        return new ProxyVariables(
                proxy(environment, "http_proxy"),
                proxy(environment, "https_proxy"),
                Arrays.stream(variable(environment, "no_proxy").orElse("").split("[,\\s]+", -1))
                        .filter(item -> !item.isEmpty())
                        .map(Exemption::parse)
                        .toList());
    }

    @Override
    public List<Proxy> select(URI uri) {
        List<Proxy> proxies = "https".equalsIgnoreCase(uri.getScheme()) ? https : http;
        if (proxies.equals(DIRECT) || uri.getHost() == null) {
            return DIRECT;
        }
        String host = bare(uri.getHost().toLowerCase(Locale.ROOT));
        int defaultPort = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
        return exemptions.stream().anyMatch(exemption -> exemption.covers(host, port)) ? DIRECT : proxies;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        // The download that met the failure reports it.
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    private static List<Proxy> proxy(Map<String, String> environment, String name) throws IOException {
        Optional<String> value = variable(environment, name);
        String source = name;
        if (value.isEmpty()) {
            value = variable(environment, "all_proxy");
            source = "all_proxy";
        }
        return value.isEmpty() ? DIRECT : List.of(parse(source, value.get()));
    }

    private static Proxy parse(String name, String value) throws IOException {
        try {
            URI uri = new URI(value.contains("://") ? value : "http://" + value);
            String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            Proxy.Type type = switch (scheme) {
                case "http" -> Proxy.Type.HTTP;
                case "socks", "socks5", "socks5h" -> Proxy.Type.SOCKS;
                default ->
                    throw new IOException("the environment variable " + name + " names a proxy of scheme " + scheme
                            + ": give one that begins with http:// or socks5://");
            };
            if (uri.getHost() == null) {
                throw new IOException("the environment variable " + name
                        + " names no host: write it as http://proxy.example.org:3128");
            }
            if (uri.getUserInfo() != null) {
                throw new IOException("the environment variable " + name
                        + " holds a user name: proxies that ask for one are not supported, remove it");
            }
            int defaultPort = type == Proxy.Type.HTTP ? 80 : 1080;
            return new Proxy(
                    type,
                    InetSocketAddress.createUnresolved(
                            bare(uri.getHost()), uri.getPort() < 0 ? defaultPort : uri.getPort()));
        } catch (URISyntaxException e) {
            throw new IOException(
                    "the environment variable " + name + " is not a URL: write it as http://proxy.example.org:3128", e);
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * An item of {@code no_proxy}.
     *
     * @param name in lower case, without a leading dot
     * @param port 0: any
     * @param network of a CIDR, else empty
     */
    private record Exemption(String name, int port, Optional<byte[]> network, int prefixBits) {

        static Exemption parse(String item) {
            String text = item.toLowerCase(Locale.ROOT);
            int slash = text.indexOf('/');
            if (slash > 0) {
                Optional<byte[]> network = literal(bare(text.substring(0, slash)));
                String bits = text.substring(slash + 1);
                if (network.isPresent() && bits.matches("\\d{1,3}")) {
                    return new Exemption(text, 0, network, Integer.parseInt(bits));
                }
            }
            int colon = text.lastIndexOf(':');
            boolean withPort = colon > 0
                    && text.substring(colon + 1).matches("\\d{1,5}")
                    && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
            String host = bare(withPort ? text.substring(0, colon) : text);
            String name = host.startsWith("*.") ? host.substring(2) : host.startsWith(".") ? host.substring(1) : host;
            return new Exemption(name, withPort ? Integer.parseInt(text.substring(colon + 1)) : 0, Optional.empty(), 0);
        }

        boolean covers(String host, int targetPort) {
            if (port != 0 && port != targetPort) {
                return false;
            }
            if (network.isPresent()) {
                return literal(host)
                        .filter(address -> address.length == network.get().length)
                        .map(this::contains)
                        .orElse(false);
            }
            return name.equals("*") || host.equals(name) || host.endsWith("." + name);
        }

        private boolean contains(byte[] address) {
            byte[] base = network.orElseThrow();
            for (int bit = 0; bit < Math.min(prefixBits, base.length * 8); bit++) {
                int mask = 0x80 >> (bit % 8);
                if (((address[bit / 8] ^ base[bit / 8]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }

        /** The bytes of an address that is written as numbers; nothing is looked up. */
        private static Optional<byte[]> literal(String host) {
            if (!host.matches("[0-9.]+|[0-9a-f.]*:[0-9a-f:.]*")) {
                return Optional.empty();
            }
            try {
                return Optional.of(InetAddress.getByName(host).getAddress());
            } catch (UnknownHostException notAnAddress) {
                return Optional.empty();
            }
        }
    }
}
