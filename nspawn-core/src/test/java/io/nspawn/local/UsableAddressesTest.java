package io.nspawn.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.net.Address;
import io.nspawn.net.Prefix;
import io.nspawn.net.RouteEvent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class UsableAddressesTest {
    private static final Prefix FIRST = Prefix.parse("10.20.30.40/24");
    private static final Prefix SECOND = Prefix.parse("fd00:1::1/64");

    private final UsableAddresses usable = new UsableAddresses();

    @Test
    void allMustBeThere() {
        assertThat(usable.haveAll(List.of(FIRST))).isFalse();
        usable.apply(snapshot(Address.of(1, FIRST)));
        assertThat(usable.haveAll(List.of(FIRST))).isTrue();
        assertThat(usable.haveAll(List.of(FIRST, SECOND))).isFalse();
        usable.apply(new RouteEvent.AddressChanged(Address.of(2, SECOND)));
        assertThat(usable.haveAll(List.of(FIRST, SECOND))).isTrue();
    }

    @Test
    void anAddressThatIsTentativeDoesNotCount() {
        usable.apply(snapshot(flagged(SECOND, Address.TENTATIVE | Address.PERMANENT)));
        assertThat(usable.haveAll(List.of(SECOND))).isFalse();
        usable.apply(new RouteEvent.AddressChanged(flagged(SECOND, Address.PERMANENT)));
        assertThat(usable.haveAll(List.of(SECOND))).isTrue();
        usable.apply(new RouteEvent.AddressChanged(flagged(SECOND, Address.TENTATIVE | Address.DAD_FAILED)));
        assertThat(usable.haveAll(List.of(SECOND))).isFalse();
    }

    @Test
    void anAddressThatAnotherLinkHasToo() {
        usable.apply(snapshot(Address.of(1, FIRST), Address.of(2, FIRST)));
        usable.apply(new RouteEvent.AddressRemoved(Address.of(1, FIRST)));
        assertThat(usable.haveAll(List.of(FIRST))).isTrue();
        usable.apply(new RouteEvent.AddressRemoved(Address.of(2, FIRST)));
        assertThat(usable.haveAll(List.of(FIRST))).isFalse();
    }

    @Test
    void whatWasLostIsReadAnew() {
        usable.apply(snapshot(Address.of(1, FIRST)));
        usable.apply(new RouteEvent.Overrun());
        usable.apply(snapshot(Address.of(1, SECOND)));
        assertThat(usable.haveAll(List.of(FIRST))).isFalse();
        assertThat(usable.haveAll(List.of(SECOND))).isTrue();
    }

    private static RouteEvent snapshot(Address... addresses) {
        return new RouteEvent.Snapshot(List.of(), List.of(addresses), List.of(), true);
    }

    private static Address flagged(Prefix prefix, int flags) {
        return new Address(
                1,
                prefix,
                Optional.empty(),
                Optional.empty(),
                "",
                0,
                flags,
                OptionalLong.empty(),
                OptionalLong.empty());
    }
}
