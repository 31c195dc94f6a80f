package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.net.IpAddress.Family;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Adds, reads and deletes addresses and routes, and compares with what ip(8) sees. */
class AddressesAndRoutesLiveTest extends LowerLinkTest {
    private int link;

    @BeforeEach
    void open() {
        link = lower.index();
    }

    private Address find(String prefix) {
        return socket.addresses().list(link).stream()
                .filter(a -> a.prefix().equals(Prefix.parse(prefix)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void addressesOfBothFamilies() {
        Addresses addresses = socket.addresses();
        addresses.add(Address.of(link, Prefix.parse("10.20.30.40/24")).broadcast(IpAddress.parse("10.20.30.255")));
        addresses.add(Address.of(link, Prefix.parse("fd00::1/64")).withoutDad().withoutPrefixRoute());
        addresses.add(Address.of(link, Prefix.parse("10.9.9.1/32")).peer(IpAddress.parse("10.9.9.2")));

        assertThat(find("10.20.30.40/24").broadcast()).contains(IpAddress.parse("10.20.30.255"));
        assertThat(find("10.20.30.40/24").label()).isEqualTo("up0");
        assertThat(find("10.9.9.1/32").peer()).contains(IpAddress.parse("10.9.9.2"));
        int flags = find("fd00::1/64").flags();
        assertThat(flags & Address.NO_DAD).isNotZero();
        assertThat(flags & Address.NO_PREFIX_ROUTE).isNotZero();
        assertThat(flags & Address.TENTATIVE).isZero();
        assertThat(flags & Address.PERMANENT).isNotZero();

        String shown = Lab.ip(here, "addr", "show", "up0").orFail().output();
        assertThat(shown)
                .contains("10.20.30.40/24 brd 10.20.30.255", "10.9.9.1 peer 10.9.9.2/32", "fd00::1/64")
                .contains("noprefixroute");
        assertThat(addresses.list()).containsAll(addresses.list(link));
    }

    @Test
    void anAddressIsReplacedAndDeleted() {
        Addresses addresses = socket.addresses();
        Address address = Address.of(link, Prefix.parse("10.20.30.40/24"));
        addresses.add(address);
        NetlinkException twice =
                catchThrowableOfType(NetlinkException.AlreadyExists.class, () -> addresses.add(address));
        assertThat(twice.kernelText()).isPresent();
        assertThat(twice.object()).contains("10.20.30.40/24");
        addresses.replace(new Address(
                link,
                address.prefix(),
                Optional.empty(),
                Optional.empty(),
                "",
                0,
                0,
                OptionalLong.of(100),
                OptionalLong.of(200)));
        assertThat(find("10.20.30.40/24").validSeconds().orElseThrow()).isBetween(190L, 200L);
        assertThat(find("10.20.30.40/24").preferredSeconds().orElseThrow()).isBetween(90L, 100L);
        addresses.delete(address);
        assertThatThrownBy(() -> addresses.delete(address)).isInstanceOf(NetlinkException.NotFound.class);
        assertThat(addresses.list(link)).noneMatch(a -> a.prefix().equals(address.prefix()));
    }

    @Test
    void addressesOfALinkThatIsNotThere() {
        assertThat(socket.addresses().list(4242)).isEmpty();
        assertThatThrownBy(() -> socket.addresses().add(Address.of(4242, Prefix.parse("10.0.0.1/8"))))
                .isInstanceOf(NetlinkException.NotFound.class);
    }

    @Test
    void routesOfBothFamilies() {
        socket.addresses().add(Address.of(link, Prefix.parse("10.20.30.40/24")));
        socket.addresses().add(Address.of(link, Prefix.parse("fd00::1/64")).withoutDad());
        Routes routes = socket.routes();
        Route four = Route.via(Prefix.parse("10.99.0.7/16"), IpAddress.parse("10.20.30.1"))
                .link(link)
                .metric(100)
                .source(IpAddress.parse("10.20.30.40"));
        Route six = Route.via(Prefix.parse("fd99::/48"), IpAddress.parse("fd00::2"))
                .link(link)
                .metric(7);
        routes.add(four);
        routes.add(six);
        routes.add(Route.defaultVia(IpAddress.parse("10.20.30.1")));
        routes.add(Route.on(Prefix.parse("10.98.0.0/16"), link));
        routes.add(Route.via(Prefix.parse("10.97.0.0/16"), IpAddress.parse("10.20.30.1"))
                .table(1000));

        assertThat(routes.list(Family.V4)).contains(four).anySatisfy(r -> {
            assertThat(r.destination().length()).isZero();
            assertThat(r.gateway()).contains(IpAddress.parse("10.20.30.1"));
            assertThat(r.link()).hasValue(link);
        });
        assertThat(routes.list(Family.V6)).contains(six);
        assertThat(routes.list(Family.V4, 1000)).hasSize(1);
        assertThat(routes.list(Family.V4, 2000)).isEmpty();
        assertThat(Lab.ip(here, "route").orFail().output())
                .contains("default via 10.20.30.1 dev up0 proto static")
                .contains("10.99.0.0/16 via 10.20.30.1 dev up0 proto static src 10.20.30.40 metric 100")
                .contains("10.98.0.0/16 dev up0 proto static scope link");
        assertThat(Lab.ip(here, "-6", "route").orFail().output()).contains("fd99::/48 via fd00::2 dev up0");

        assertThatThrownBy(() -> routes.add(four)).isInstanceOf(NetlinkException.AlreadyExists.class);
        routes.replace(four);
        routes.delete(four);
        routes.delete(six);
        assertThatThrownBy(() -> routes.delete(four)).isInstanceOf(NetlinkException.NotFound.class);
        NetlinkException unreachable = catchThrowableOfType(
                NetlinkException.InvalidArgument.class,
                () -> routes.add(Route.via(Prefix.parse("10.96.0.0/16"), IpAddress.parse("192.0.2.1"))));
        assertThat(unreachable.kernelText()).contains("Nexthop has invalid gateway");
    }

    @Test
    void aRouteWithSeveralNextHostsIsRead() {
        socket.addresses().add(Address.of(link, Prefix.parse("10.20.30.40/24")));
        Lab.ip(
                        here,
                        "route",
                        "add",
                        "10.99.0.0/16",
                        "nexthop",
                        "via",
                        "10.20.30.1",
                        "weight",
                        "1",
                        "nexthop",
                        "via",
                        "10.20.30.2",
                        "weight",
                        "3")
                .orFail();
        Route route = socket.routes().list(Family.V4).stream()
                .filter(r -> r.destination().equals(Prefix.parse("10.99.0.0/16")))
                .findFirst()
                .orElseThrow();
        assertThat(route.hops())
                .isEqualTo(List.of(
                        Route.Hop.via(IpAddress.parse("10.20.30.1"), link, 1),
                        Route.Hop.via(IpAddress.parse("10.20.30.2"), link, 3)));
        assertThat(route.link()).isEqualTo(OptionalInt.empty());
    }
}
