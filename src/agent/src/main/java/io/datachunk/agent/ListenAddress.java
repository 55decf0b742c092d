package io.datachunk.agent;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code HOST:PORT}, {@code [IPV6]:PORT}, or {@code :PORT} for every address of the machine. */
final class ListenAddress implements ITypeConverter<InetSocketAddress> {

    @Override
    public InetSocketAddress convert(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw unusable(text);
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.contains(":")) {
            throw unusable(text);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            return host.isEmpty() ? new InetSocketAddress(port) : InetSocketAddress.createUnresolved(host, port);
        } catch (IllegalArgumentException notAPort) {
            throw unusable(text);
        }
    }

    private static TypeConversionException unusable(String text) {
        return new TypeConversionException(
                "'" + text + "' is not an address to listen on such as 127.0.0.1:9510, [::1]:9510 or :9510");
    }
}
