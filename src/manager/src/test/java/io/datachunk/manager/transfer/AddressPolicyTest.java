package io.datachunk.manager.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "::1",
                "::ffff:127.0.0.1",
                "::127.0.0.1",
                "2002:7f00:1::",
                "64:ff9b::7f00:1",
                "169.254.169.254",
                "169.254.0.1",
                "fe80::1",
                "2002:a9fe:a9fe::1",
                "64:ff9b::169.254.169.254",
                "::ffff:169.254.169.254",
                "fd00:ec2::254",
                "100.100.100.200",
                "168.63.129.16",
                "192.0.0.192",
                "224.0.0.1",
                "239.1.2.3",
                "255.255.255.255",
                "ff02::1",
                "0.0.0.0",
                "0.1.2.3",
                "::"
            })
    void refusesAddressesOfThisMachineAndItsLink(String address) throws UnknownHostException {
        AddressPolicy policy = AddressPolicy.of(List.of(), List.of(), true);

        assertThat(policy.refusal(InetAddress.getByName(address))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "192.168.1.1",
                "8.8.8.8",
                "2001:db8::1",
                "fd00::1",
                "2002:808:808::1",
                "64:ff9b::808:808"
            })
    void allowsOthers(String address) throws UnknownHostException {
        AddressPolicy policy = AddressPolicy.of(List.of(), List.of(), true);

        assertThat(policy.refusal(InetAddress.getByName(address))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "169.254.169.254", "0.0.0.0"})
    void allowsEverythingWhereNothingIsRefused(String address) throws UnknownHostException {
        AddressPolicy policy = AddressPolicy.of(List.of(), List.of(), false);

        assertThat(policy.refusal(InetAddress.getByName(address))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, true",
        "10.1.9.9, false",
        "10.1.2.200, false",
        "10.2.0.1, false",
        "127.0.0.1, true",
        "127.0.0.2, false",
        "fd00:1::1, true",
        "fd00:2::1, false",
        "9.9.9.9, false",
        "::1, true",
        "10.1.2.7, false"
    })
    void theLongestPrefixDecidesAndADenialOnATie(String address, boolean allowed) throws UnknownHostException {
        AddressPolicy policy = AddressPolicy.of(
                List.of("10.1.0.0/16", "10.1.2.0/25", "127.0.0.1", "fd00:1::/32", "::1/128", "10.1.2.7/32"),
                List.of("0.0.0.0/0", "::/0", "10.1.0.0/16", "10.1.2.7"),
                true);

        assertThat(policy.refusal(InetAddress.getByName(address)).isEmpty()).isEqualTo(allowed);
    }

    @Test
    void anAllowedWrapperDoesNotAllowWhatItCarries() throws UnknownHostException {
        AddressPolicy policy = AddressPolicy.of(List.of("64:ff9b::/96", "2002::/16"), List.of("10.0.0.0/8"), true);

        assertThat(policy.refusal(InetAddress.getByName("64:ff9b::127.0.0.1"))).isPresent();
        assertThat(policy.refusal(InetAddress.getByName("2002:0a00:0001::"))).isPresent();
        assertThat(policy.refusal(InetAddress.getByName("64:ff9b::8.8.8.8"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "example.com/8",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/x",
                "fd00::/129",
                "10.0.0/8/8",
                "/8"
            })
    void refusesWhatIsNoBlock(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AddressPolicy.of(List.of(text), List.of(), false))
                .withMessageContaining("\"" + text + "\"");
    }
}
