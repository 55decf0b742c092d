package io.datachunk.manager.transfer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/** A block of addresses, such as {@code 10.1.0.0/16} or {@code fd00::/8}. Immutable. */
final class Cidr {
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private final byte[] network;
    private final int prefixBits;

    private Cidr(byte[] network, int prefixBits) {
        this.network = network;
        this.prefixBits = prefixBits;
    }

    /**
     * Reads {@code <address>/<bits>}, or an address alone.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!LITERAL.matcher(address).matches()) {
            throw unusable(text);
        }
        try {
            byte[] network = InetAddress.getByName(address).getAddress();
            int bits = slash < 0 ? network.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > network.length * 8) {
                throw unusable(text);
            }
            return new Cidr(network, bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw unusable(text);
        }
    }

    boolean contains(byte[] address) {
        if (address.length != network.length) {
            return false;
        }
        int bytes = prefixBits / 8;
        if (!Arrays.equals(address, 0, bytes, network, 0, bytes)) {
            return false;
        }
        int rest = prefixBits % 8;
        return rest == 0 || (address[bytes] ^ network[bytes]) >> (8 - rest) << (8 - rest) == 0;
    }

    int prefixBits() {
        return prefixBits;
    }

    private static IllegalArgumentException unusable(String text) {
        return new IllegalArgumentException(
                "addresses need to be CIDRs such as 10.1.0.0/16 or fd00::/8, but one is \"" + text + "\"");
    }
}
