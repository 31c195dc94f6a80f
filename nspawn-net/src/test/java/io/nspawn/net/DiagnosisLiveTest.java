package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nspawn.net.Diagnosis.Cause;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Provokes the refusals that the kernel does not explain, and checks that we do. */
class DiagnosisLiveTest extends LowerLinkTest {
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:42");

    private static NetlinkException refused(
            Class<? extends NetlinkException> type, Cause cause, String mention, ThrowingCallable call) {
        NetlinkException e = catchThrowableOfType(type, call);
        assertThat(e).isNotNull();
        assertThat(e.diagnosis()).as(e.getMessage()).map(Diagnosis::cause).contains(cause);
        assertThat(e.getMessage()).contains(mention);
        assertThat(e.errno()).isPresent();
        assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        return e;
    }

    private LinkSpec macvlan(String name, MacvlanMode mode) {
        return LinkSpec.macvlan(name, lower.index(), mode);
    }

    @Test
    void aPortCarriesNoMacvlan() {
        Link bridge = links.create(LinkSpec.bridge("br0"));
        links.master(lower.index(), bridge.index());
        NetlinkException e = refused(
                NetlinkException.Busy.class,
                Cause.LOWER_IS_PORT,
                "br0",
                () -> links.create(macvlan("mv0", MacvlanMode.BRIDGE)));
        assertThat(e.operation()).isEqualTo("create macvlan");
        assertThat(e.object()).isEqualTo("mv0");
        assertThat(e.remedy()).isPresent();
    }

    @Test
    void whatCarriesAMacvlanBecomesNoPort() {
        Link bridge = links.create(LinkSpec.bridge("br0"));
        links.create(macvlan("mv0", MacvlanMode.BRIDGE));
        refused(
                NetlinkException.Busy.class,
                Cause.CARRIES_MACVLAN,
                "mv0",
                () -> links.master(lower.index(), bridge.index()));
    }

    @Test
    void passthruWantsTheLowerLinkAlone() {
        links.create(macvlan("mv0", MacvlanMode.BRIDGE));
        refused(
                NetlinkException.InvalidArgument.class,
                Cause.PASSTHRU_NOT_ALONE,
                "mv0",
                () -> links.create(macvlan("mv1", MacvlanMode.PASSTHRU)));
        links.delete(links.get("mv0").index());
        links.create(macvlan("mv1", MacvlanMode.PASSTHRU));
        refused(
                NetlinkException.InvalidArgument.class,
                Cause.PASSTHRU_EXISTS,
                "mv1",
                () -> links.create(macvlan("mv2", MacvlanMode.BRIDGE)));
    }

    @Test
    void badLowerLinks() {
        int loopback = links.get("lo").index();
        refused(
                NetlinkException.InvalidArgument.class,
                Cause.LOWER_NOT_ETHERNET,
                "lo",
                () -> links.create(LinkSpec.macvlan("mv0", loopback, MacvlanMode.BRIDGE)));
        refused(
                NetlinkException.NotFound.class,
                Cause.LOWER_ABSENT,
                "4242",
                () -> links.create(LinkSpec.macvlan("mv0", 4242, MacvlanMode.BRIDGE)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkSpec.of("mv0", new LinkKind.Macvlan(MacvlanMode.BRIDGE)));
    }

    @Test
    void mtus() {
        refused(
                NetlinkException.InvalidArgument.class,
                Cause.MTU_ABOVE_LOWER,
                "1500",
                () -> links.create(macvlan("mv0", MacvlanMode.BRIDGE).mtu(9000)));
        Link made = links.create(macvlan("mv0", MacvlanMode.BRIDGE));
        refused(
                NetlinkException.InvalidArgument.class,
                Cause.MTU_ABOVE_LOWER,
                "1500",
                () -> links.mtu(made.index(), 9000));
        Link bridge = links.create(LinkSpec.bridge("br0"));
        links.mtu(bridge.index(), 65535);
        assertThatIllegalArgumentException().isThrownBy(() -> links.mtu(made.index(), 10));
    }

    @Test
    void macAddressesInUse() {
        links.create(macvlan("mv0", MacvlanMode.BRIDGE).mac(MAC).up());
        refused(
                NetlinkException.AddressInUse.class,
                Cause.MAC_IN_USE,
                "mv0",
                () -> links.create(macvlan("mv1", MacvlanMode.BRIDGE).mac(MAC).up()));
        assertThat(links.find("mv1")).as("half-made links do not stay").isEmpty();
        Link second = links.create(macvlan("mv1", MacvlanMode.BRIDGE).mac(MAC));
        refused(NetlinkException.AddressInUse.class, Cause.MAC_IN_USE, "mv0", () -> links.up(second.index()));
        refused(
                NetlinkException.AddressInUse.class,
                Cause.MAC_IN_USE,
                "up0",
                () -> links.create(macvlan("mv2", MacvlanMode.BRIDGE)
                        .mac(lower.mac().orElseThrow())
                        .up()));
        links.createIn(
                lab.namespace(),
                macvlan("mv3", MacvlanMode.BRIDGE)
                        .mac(MacAddress.parse("02:00:00:00:00:43"))
                        .up());
        refused(
                NetlinkException.AddressInUse.class,
                Cause.MAC_IN_USE,
                "another namespace",
                () -> links.create(macvlan("mv4", MacvlanMode.BRIDGE)
                        .mac(MacAddress.parse("02:00:00:00:00:43"))
                        .up()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> macvlan("mv5", MacvlanMode.BRIDGE).mac(MacAddress.parse("01:00:5e:00:00:01")));
    }

    @Test
    void namesThatAreTaken() {
        refused(
                NetlinkException.AlreadyExists.class,
                Cause.NAME_TAKEN,
                "up0",
                () -> links.create(LinkSpec.bridge("up0")));
        refused(
                NetlinkException.AlreadyExists.class,
                Cause.NAME_TAKEN,
                "wire0",
                () -> links.create(LinkSpec.veth("new0", new VethPeer(InterfaceName.of("wire0")))));
        assertThat(links.find("new0")).isEmpty();
    }

    @Test
    void aBridgeIsNoPortOfABridge() {
        Link first = links.create(LinkSpec.bridge("br0"));
        Link second = links.create(LinkSpec.bridge("br1"));
        NetlinkException e = refused(
                NetlinkException.InvalidArgument.class,
                Cause.BRIDGE_IN_BRIDGE,
                "veth",
                () -> links.master(first.index(), second.index()));
        assertThat(e.kernelText()).contains("Can not enslave a bridge to a bridge");
    }

    /** The kernel takes a port out of its old bridge by itself, so a master is no reason to refuse another. */
    @Test
    void aPortMovesToAnotherBridge() {
        Link first = links.create(LinkSpec.bridge("br0"));
        Link second = links.create(LinkSpec.bridge("br1"));
        links.master(lower.index(), first.index());
        links.master(lower.index(), second.index());
        assertThat(links.get("up0").master()).hasValue(second.index());
    }

    @Test
    void whatCarriesIpvlansCarriesNoMacvlan() {
        LinkSpec ipvlan = LinkSpec.on("iv0", new LinkKind.Ipvlan(LinkKind.Ipvlan.Mode.L2), lower.index());
        assumeTrue(Lab.supports(socket, ipvlan), "this kernel has no ipvlan");
        links.create(ipvlan);
        refused(
                NetlinkException.Busy.class,
                Cause.LOWER_CARRIES_IPVLAN,
                "iv0",
                () -> links.create(macvlan("mv0", MacvlanMode.BRIDGE)));
    }

    @Test
    void namesThatAreTakenWhereALinkGoes() {
        NetworkNamespace there = lab.namespace();
        links.createIn(there, macvlan("mv0", MacvlanMode.BRIDGE));
        Link mine = links.create(macvlan("mv0", MacvlanMode.BRIDGE));
        NetlinkException e = refused(
                NetlinkException.AlreadyExists.class,
                Cause.NAME_TAKEN,
                "mv0",
                () -> links.move(mine.index(), there, InterfaceName.of("mv0")));
        assertThat(e.errno()).isPresent();
        refused(
                NetlinkException.AlreadyExists.class,
                Cause.NAME_TAKEN,
                "up0",
                () -> links.rename(mine.index(), InterfaceName.of("up0")));
        refused(
                NetlinkException.AlreadyExists.class,
                Cause.NAME_TAKEN,
                "up0",
                () -> links.addAlternativeName(mine.index(), "up0"));
        refused(
                NetlinkException.AlreadyExists.class,
                Cause.NAME_TAKEN,
                "mv0",
                () -> links.createIn(there, macvlan("mv0", MacvlanMode.BRIDGE)));
        assertThat(links.get("mv0").index()).isEqualTo(mine.index());
    }

    @Test
    void aBridgeStaysWhereItIs() {
        Link bridge = links.create(LinkSpec.bridge("br0"));
        refused(
                NetlinkException.InvalidArgument.class,
                Cause.NAMESPACE_IMMUTABLE,
                "made",
                () -> links.move(bridge.index(), lab.namespace(), InterfaceName.of("br0")));
    }

    @Test
    void settingsThatTheKernelWasBuiltWithout() {
        LinkKind.Bridge filtering = new LinkKind.Bridge().with(BridgeOption.VLAN_FILTERING, true);
        LinkSpec spec = LinkSpec.of("br0", filtering);
        assumeFalse(Lab.supports(socket, spec), "this kernel's bridge filters by VLAN");
        refused(
                NetlinkException.Unsupported.class,
                Cause.SETTING_UNSUPPORTED,
                "VLAN_FILTERING",
                () -> links.create(spec));
        assertThat(links.find("br0")).isEmpty();
    }

    @Test
    void aVxlanThatIsThere() {
        LinkSpec first = LinkSpec.of("vx0", new LinkKind.Vxlan(42));
        assumeTrue(Lab.supports(socket, first), "this kernel has no vxlan");
        links.create(first);
        NetlinkException e = refused(
                NetlinkException.AlreadyExists.class,
                Cause.VXLAN_IN_USE,
                "vx0",
                () -> links.create(LinkSpec.of("vx1", new LinkKind.Vxlan(42))));
        assertThat(e.kernelText()).contains("A VXLAN device with the specified VNI already exists");
    }

    @Test
    void mtusThatALinkDoesNotAllow() {
        LinkSpec spec = LinkSpec.on("vx0", new LinkKind.Vxlan(42), lower.index());
        assumeTrue(Lab.supports(socket, spec), "this kernel has no vxlan");
        Link vxlan = links.create(spec);
        refused(
                NetlinkException.InvalidArgument.class,
                Cause.MTU_OUT_OF_RANGE,
                "1500",
                () -> links.mtu(vxlan.index(), 1500));
    }

    @Test
    void addressesAndRoutesCarryTheKernelsWords() {
        Address address = Address.of(lower.index(), Prefix.parse("10.20.30.40/24"));
        socket.addresses().add(address);
        said(
                NetlinkException.AlreadyExists.class,
                "already assigned",
                () -> socket.addresses().add(address));
        socket.addresses().delete(address);
        said(
                NetlinkException.NotFound.class,
                "ddress not found",
                () -> socket.addresses().delete(address));
        socket.addresses().add(address);
        Prefix target = Prefix.parse("10.99.0.0/16");
        said(
                NetlinkException.InvalidArgument.class,
                "Nexthop has invalid gateway",
                () -> socket.routes().add(Route.via(target, IpAddress.parse("192.0.2.1"))));
        NetlinkException gone = catchThrowableOfType(
                NetlinkException.NotFound.class,
                () -> socket.routes().delete(Route.via(target, IpAddress.parse("10.20.30.1"))));
        assertThat(gone.getMessage()).contains("10.99.0.0/16", "ESRCH");
        links.down(lower.index());
        NetlinkException down = catchThrowableOfType(
                NetlinkException.InvalidArgument.class, () -> socket.routes().add(Route.on(target, lower.index())));
        assertThat(down.kernelText()).contains("Device for nexthop is not up");
    }

    private static void said(Class<? extends NetlinkException> type, String words, ThrowingCallable call) {
        NetlinkException e = catchThrowableOfType(type, call);
        assertThat(e).isNotNull();
        // Older kernels have no words for some of these.
        assertThat(e.kernelText().orElse(words)).contains(words);
        assertThat(e.getMessage()).contains("10.");
    }

    @Test
    void aLinkThatIsGone() {
        NetlinkException e = catchThrowableOfType(NetlinkException.NotFound.class, () -> links.up(4242));
        assertThat(e.getMessage()).contains("link 4242", "ENODEV");
        assertThat(catchThrowableOfType(NetlinkException.NotFound.class, () -> links.delete(4242)))
                .isNotNull();
    }
}
