package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who reaches whom by each mode of macvlan: two containers on one lower link, the host that has the lower link's
 * address, and the wire, which is a bridge in a namespace of its own at the other end of the lower link.
 */
class ReachabilityLiveTest extends NamespaceTest {
    private static final String HOST = "10.1.1.254";
    private static final String WIRE = "10.1.1.253";

    private NetworkNamespace wire;
    private NetworkNamespace first;
    private NetworkNamespace second;
    private Link lower;

    @BeforeEach
    void open() {
        assumeTrue(Lab.has("ping"), "needs ping(8) from iputils");
        wire = lab.namespace();
        first = lab.namespace();
        second = lab.namespace();
        VethPeer far = new VethPeer(InterfaceName.of("wire0")).setUp().in(wire);
        lower = links.create(LinkSpec.veth("up0", far).up());
        socket.addresses().add(Address.of(lower.index(), Prefix.parse(HOST + "/24")));
        try (RouteSocket there = RouteSocket.open(wire)) {
            Link bridge = there.links().create(LinkSpec.bridge("brw").up());
            there.links().master(there.links().get("wire0").index(), bridge.index());
            there.addresses().add(Address.of(bridge.index(), Prefix.parse(WIRE + "/24")));
        }
    }

    private void container(NetworkNamespace namespace, LinkKind kind, String address) {
        links.createIn(namespace, LinkSpec.on("mv0", kind, lower.index()).up());
        try (RouteSocket inside = RouteSocket.open(namespace)) {
            inside.addresses().add(Address.of(inside.links().get("mv0").index(), Prefix.parse(address + "/24")));
        }
    }

    private void container(NetworkNamespace namespace, MacvlanMode mode, String address) {
        container(namespace, new LinkKind.Macvlan(mode), address);
    }

    private static void check(NetworkNamespace from, String to, boolean arrives) {
        assertThat(Lab.reaches(from, to, arrives)).as(from + " reaches " + to).isEqualTo(arrives);
    }

    private void hairpin() {
        try (RouteSocket there = RouteSocket.open(wire)) {
            int port = there.links().get("wire0").index();
            there.links().port(port, new BridgePort().with(BridgePortOption.HAIRPIN, true));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BRIDGE, BRIDGE, false, true",
        "PRIVATE, PRIVATE, false, false",
        "PRIVATE, PRIVATE, true, false",
        "VEPA, VEPA, false, false",
        "VEPA, VEPA, true, true",
        "BRIDGE, PRIVATE, false, false"
    })
    void modes(MacvlanMode one, MacvlanMode other, boolean hairpin, boolean eachOther) {
        if (hairpin) {
            hairpin();
        }
        container(first, one, "10.1.1.1");
        container(second, other, "10.1.1.2");
        check(first, WIRE, true);
        check(second, WIRE, true);
        check(first, "10.1.1.2", eachOther);
        check(second, "10.1.1.1", eachOther);
        if (!hairpin) {
            check(first, HOST, false);
            check(here, "10.1.1.1", false);
        }
    }

    @Test
    void modeSourceLetsListedAddressesIn() {
        MacAddress mac;
        try (RouteSocket there = RouteSocket.open(wire)) {
            mac = there.links().get("brw").mac().orElseThrow();
        }
        LinkKind.Macvlan source = new LinkKind.Macvlan(MacvlanMode.SOURCE);
        container(first, source.sources(List.of(mac)), "10.1.1.1");
        container(second, source, "10.1.1.2");
        check(first, WIRE, true);
        check(second, WIRE, false);
        try (RouteSocket inside = RouteSocket.open(second)) {
            inside.macvlans().addSource(inside.links().get("mv0").index(), mac);
        }
        check(second, WIRE, true);
    }

    @Test
    void modePassthruHasTheWireForItself() {
        container(first, MacvlanMode.PASSTHRU, "10.1.1.1");
        check(first, WIRE, true);
        try (RouteSocket inside = RouteSocket.open(first)) {
            assertThat(inside.links().get("mv0").mac()).isEqualTo(lower.mac());
        }
    }

    @Test
    void aModeThatIsChangedWhileUsedCountsAtOnce() {
        container(first, MacvlanMode.BRIDGE, "10.1.1.1");
        container(second, MacvlanMode.BRIDGE, "10.1.1.2");
        check(first, "10.1.1.2", true);
        try (RouteSocket inside = RouteSocket.open(second)) {
            inside.macvlans().mode(inside.links().get("mv0").index(), MacvlanMode.PRIVATE);
        }
        check(first, "10.1.1.2", false);
    }

    @Test
    void aMacvlanOfTheHostsOwnReachesTheContainers() {
        container(first, MacvlanMode.BRIDGE, "10.1.1.1");
        check(first, WIRE, true);
        check(here, "10.1.1.1", false);
        Link own = links.create(
                LinkSpec.macvlan("mvh", lower.index(), MacvlanMode.BRIDGE).up());
        socket.addresses().add(Address.of(own.index(), Prefix.parse("10.1.1.250/32")));
        socket.routes().add(Route.on(Prefix.parse("10.1.1.1/32"), own.index()).source(IpAddress.parse("10.1.1.250")));
        check(first, "10.1.1.250", true);
        check(here, "10.1.1.1", true);
    }

    @Test
    void vethsInABridgeReachEachOtherAndTheHost() {
        Link bridge = links.create(LinkSpec.bridge("br0").up());
        socket.addresses().add(Address.of(bridge.index(), Prefix.parse("10.2.2.254/24")));
        int number = 0;
        for (NetworkNamespace container : List.of(first, second)) {
            number++;
            VethPeer host0 = new VethPeer(InterfaceName.of("host0")).setUp().in(container);
            links.create(
                    LinkSpec.veth("vb" + number, host0).master(bridge.index()).up());
            try (RouteSocket inside = RouteSocket.open(container)) {
                int index = inside.links().get("host0").index();
                inside.addresses().add(Address.of(index, Prefix.parse("10.2.2." + number + "/24")));
            }
        }
        check(first, "10.2.2.2", true);
        check(first, "10.2.2.254", true);
        check(here, "10.2.2.2", true);
    }

    @Test
    void aLowerLinkThatWasDownIsSetUpAndEverythingWorks() {
        links.down(lower.index());
        LinkSpec spec =
                LinkSpec.macvlan("mv0", lower.index(), MacvlanMode.BRIDGE).up();
        links.createIn(first, spec.ensureLowerUp());
        try (RouteSocket inside = RouteSocket.open(first)) {
            inside.addresses().add(Address.of(inside.links().get("mv0").index(), Prefix.parse("10.1.1.1/24")));
        }
        check(first, WIRE, true);
    }
}
