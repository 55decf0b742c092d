package io.datachunk.manager.transfer;

import io.datachunk.manager.Options;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which addresses may be connected to. The longest matching prefix among the allowed and the denied decides, a denial on
 * a tie; then the built-in refusals, where they are on. Immutable.
 *
 * <p>An IPv6 address that carries an IPv4 one (mapped, 6to4, NAT64) is judged as both.
 */
public final class AddressPolicy {
    private final List<Cidr> allowed;
    private final List<Cidr> denied;
    private final boolean refuseLocalAddresses;

    private AddressPolicy(List<Cidr> allowed, List<Cidr> denied, boolean refuseLocalAddresses) {
        this.allowed = allowed;
        this.denied = denied;
        this.refuseLocalAddresses = refuseLocalAddresses;
    }

    /** Addresses of their own kind. Apart, for no start should wait until they are read. */
    private static final class Known {
        /** Clouds answer with credentials here; most use 169.254.169.254, which is link-local, but not all and not only. */
        static final List<Cidr> METADATA = Stream.of(
                        "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16")
                .map(Cidr::parse)
                .toList();

        static final Cidr THIS_NETWORK = Cidr.parse("0.0.0.0/8");
        static final Cidr BROADCAST = Cidr.parse("255.255.255.255/32");
        static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");
        static final Cidr COMPATIBLE = Cidr.parse("::/96");
        static final Cidr UNSPECIFIED_AND_LOOPBACK_V6 = Cidr.parse("::/127");
        static final Cidr SIX_TO_FOUR = Cidr.parse("2002::/16");

        private Known() {}
    }

    /** The policy that the options describe. */
    static AddressPolicy of(Options options) {
        return of(options.allowedAddresses(), options.deniedAddresses(), options.refuseLocalAddresses());
    }

    /**
     * A policy of CIDRs.
     *
     * @throws IllegalArgumentException naming one that is not a CIDR
     */
    public static AddressPolicy of(List<String> allowed, List<String> denied, boolean refuseLocalAddresses) {
        return new AddressPolicy(parsed(allowed), parsed(denied), refuseLocalAddresses);
    }

    private static List<Cidr> parsed(List<String> texts) {
        List<Cidr> cidrs = new ArrayList<>();
        for (String text : texts) {
            cidrs.add(Cidr.parse(text));
        }
        return cidrs;
    }

    /** Why the address is refused; empty if it may be connected to. */
    public Optional<String> refusal(InetAddress address) {
        byte[] bytes = address.getAddress();
        Optional<String> refusal = refusal(bytes);
        return refusal.isPresent() ? refusal : carriedV4(bytes).flatMap(this::refusal);
    }

    private Optional<String> refusal(byte[] address) {
        int allow = longestMatch(allowed, address);
        int deny = longestMatch(denied, address);
        if (deny >= 0 && deny >= allow) {
            return Optional.of("is denied by configuration");
        }
        if (allow >= 0 || !refuseLocalAddresses) {
            return Optional.empty();
        }
        return builtInRefusal(address);
    }

    private static int longestMatch(List<Cidr> cidrs, byte[] address) {
        return cidrs.stream()
                .filter(cidr -> cidr.contains(address))
                .mapToInt(Cidr::prefixBits)
                .max()
                .orElse(-1);
    }

    private static Optional<String> builtInRefusal(byte[] bytes) {
        InetAddress address = fromBytes(bytes);
        if (address.isLoopbackAddress()) {
            return Optional.of("is a loopback address");
        }
        if (address.isLinkLocalAddress() || Known.METADATA.stream().anyMatch(cidr -> cidr.contains(bytes))) {
            return Optional.of("is a link-local or metadata address");
        }
        if (address.isMulticastAddress() || Known.BROADCAST.contains(bytes)) {
            return Optional.of("is a multicast or broadcast address");
        }
        if (address.isAnyLocalAddress() || Known.THIS_NETWORK.contains(bytes)) {
            return Optional.of("is an unspecified address");
        }
        return Optional.empty();
    }

    private static Optional<byte[]> carriedV4(byte[] address) {
        if (Known.UNSPECIFIED_AND_LOOPBACK_V6.contains(address)) {
            return Optional.empty();
        }
        if (Known.NAT64.contains(address) || Known.COMPATIBLE.contains(address)) {
            return Optional.of(Arrays.copyOfRange(address, 12, 16));
        }
        if (Known.SIX_TO_FOUR.contains(address)) {
            return Optional.of(Arrays.copyOfRange(address, 2, 6));
        }
        return Optional.empty();
    }

    private static InetAddress fromBytes(byte[] address) {
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + address.length + " bytes", e);
        }
    }
}
