package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.net.RouteEvents.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What happens is reported, in order, and losses are told. */
class EventsLiveTest extends NamespaceTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private static List<RouteEvent> drain(RouteEvents events) {
        List<RouteEvent> all = new ArrayList<>();
        for (Optional<RouteEvent> e = events.next(Duration.ZERO); e.isPresent(); e = events.next(Duration.ZERO)) {
            all.add(e.get());
        }
        return all;
    }

    @Test
    void linksAddressesAndRoutesAreReported() {
        try (RouteEvents events = RouteEvents.open(here, Set.of(Topic.LINKS, Topic.ADDRESSES, Topic.ROUTES))) {
            assertThat(events.next(LONG)).containsInstanceOf(RouteEvent.Snapshot.class);
            LinkSpec pair = LinkSpec.veth("up0", new VethPeer(InterfaceName.of("wire0")).setUp());
            int link = socket.links().create(pair.up()).index();
            Address address = Address.of(link, Prefix.parse("10.20.30.40/24"));
            Route route = Route.via(Prefix.parse("10.99.0.0/16"), IpAddress.parse("10.20.30.1"));
            socket.addresses().add(address);
            socket.routes().add(route);
            socket.routes().delete(route);
            socket.addresses().delete(address);
            socket.links().delete(link);

            List<RouteEvent> all = drain(events);
            assertThat(all)
                    .anySatisfy(e -> assertThat(e)
                            .isInstanceOfSatisfying(
                                    RouteEvent.LinkChanged.class,
                                    c -> assertThat(c.link().name()).isEqualTo("up0")));
            assertThat(all)
                    .anySatisfy(e -> assertThat(e)
                            .isInstanceOfSatisfying(
                                    RouteEvent.LinkRemoved.class,
                                    c -> assertThat(c.link().index()).isEqualTo(link)));
            assertThat(all)
                    .anySatisfy(e -> assertThat(e)
                            .isInstanceOfSatisfying(
                                    RouteEvent.AddressChanged.class,
                                    c -> assertThat(c.address().prefix()).isEqualTo(address.prefix())));
            assertThat(all)
                    .anySatisfy(e -> assertThat(e)
                            .isInstanceOfSatisfying(
                                    RouteEvent.AddressRemoved.class,
                                    c -> assertThat(c.address().prefix()).isEqualTo(address.prefix())));
            assertThat(all)
                    .anySatisfy(e -> assertThat(e)
                            .isInstanceOfSatisfying(
                                    RouteEvent.RouteChanged.class,
                                    c -> assertThat(c.route().destination()).isEqualTo(route.destination())));
            assertThat(all)
                    .anySatisfy(e -> assertThat(e)
                            .isInstanceOfSatisfying(
                                    RouteEvent.RouteRemoved.class,
                                    c -> assertThat(c.route().destination()).isEqualTo(route.destination())));
        }
    }

    /** The kernel reports a port that leaves its bridge as a removed link of another family. */
    @Test
    void aPortThatLeavesItsBridgeIsNoRemovedLink() {
        Link bridge = socket.links().create(LinkSpec.bridge("br0").up());
        Link port = socket.links()
                .create(LinkSpec.veth("p0", new VethPeer(InterfaceName.of("w0")))
                        .up());
        try (RouteEvents events = RouteEvents.open(here, Set.of(Topic.LINKS))) {
            assertThat(events.next(LONG)).containsInstanceOf(RouteEvent.Snapshot.class);
            socket.links().master(port.index(), bridge.index());
            socket.links().noMaster(port.index());
            assertThat(drain(events)).isNotEmpty().noneMatch(RouteEvent.LinkRemoved.class::isInstance);
        }
    }

    @Test
    void aLossIsToldAndMadeGood() {
        int small = 8 * 1024;
        Link lower = socket.links().create(LinkSpec.bridge("br0").up());
        try (RouteEvents events = RouteEvents.open(here, Set.of(Topic.LINKS), small)) {
            assertThat(events.next(LONG)).containsInstanceOf(RouteEvent.Snapshot.class);
            List<Link> made = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                made.add(socket.links().create(LinkSpec.macvlan("mv" + i, lower.index(), MacvlanMode.BRIDGE)));
            }
            List<RouteEvent> all = drain(events);
            int overrun = all.indexOf(new RouteEvent.Overrun());
            assertThat(overrun).isNotNegative();
            assertThat(all.get(overrun + 1))
                    .isInstanceOfSatisfying(
                            RouteEvent.Snapshot.class,
                            s -> assertThat(s.links()).hasSize(102));
            socket.links().deleteAll(made);
            socket.links().up(socket.links().get("lo").index());
            assertThat(drain(events)).as("it goes on after the loss").isNotEmpty();
        }
    }

    @Test
    void theBufferHoldsTwoThousandEvents() {
        Link lower = socket.links().create(LinkSpec.bridge("br0").up());
        try (RouteEvents events = RouteEvents.open(here, Set.of(Topic.LINKS))) {
            List<Link> made = new ArrayList<>();
            assertThat(events.next(LONG)).containsInstanceOf(RouteEvent.Snapshot.class);
            for (int i = 0; i < 1000; i++) {
                Link link = socket.links().create(LinkSpec.macvlan("mv" + i, lower.index(), MacvlanMode.BRIDGE));
                socket.links().mtu(link.index(), 1300);
                made.add(link);
            }
            List<RouteEvent> all = drain(events);
            assertThat(all).doesNotContain(new RouteEvent.Overrun()).hasSizeGreaterThanOrEqualTo(2000);
            Set<Integer> last = all.stream()
                    .filter(RouteEvent.LinkChanged.class::isInstance)
                    .map(e -> ((RouteEvent.LinkChanged) e).link())
                    .filter(link -> link.mtu() == 1300)
                    .map(Link::index)
                    .collect(Collectors.toSet());
            assertThat(last).as("the last event of each link came").hasSize(1000);
            socket.links().deleteAll(made);
        }
    }
}
