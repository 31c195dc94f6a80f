package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nspawn.net.Diagnosis.Cause;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything wrong is refused by an error of a type, and whatever was there before is there after, nothing else. */
class BadInputLiveTest extends NamespaceTest {
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:42");

    private NetworkNamespace there;
    private RouteSocket inside;
    private Link lower;

    @BeforeEach
    void open() {
        there = lab.namespace();
        inside = RouteSocket.open(there);
        lower = links.create(LinkSpec.veth("up0", new VethPeer(InterfaceName.of("wire0"))));
    }

    @AfterEach
    void close() {
        if (inside != null) {
            inside.close();
        }
    }

    private record Seen(List<String> here, List<String> there, boolean lowerIsUp) {}

    private Seen see() {
        return new Seen(names(socket), names(inside), links.get("up0").isUp());
    }

    private static List<String> names(RouteSocket socket) {
        return socket.links().list().stream().map(Link::name).sorted().toList();
    }

    private void refused(Class<? extends NetlinkException> type, Cause cause, LinkSpec spec) {
        Seen before = see();
        for (Runnable attempt : List.<Runnable>of(() -> links.create(spec), () -> links.createIn(there, spec))) {
            Throwable thrown = catchThrowable(attempt::run);
            assertThat(thrown).isInstanceOf(type);
            NetlinkException e = (NetlinkException) thrown;
            assertThat(e.diagnosis().map(Diagnosis::cause)).as(e.getMessage()).contains(cause);
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(see()).as("nothing half-made").isEqualTo(before);
        }
    }

    private LinkSpec macvlan(int parent) {
        return LinkSpec.macvlan("mv0", parent, MacvlanMode.BRIDGE).ensureLowerUp();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a-name-of-16byte",
                "caf\u00e9-of-15-byte",
                "with/slash",
                "with blank",
                "tab\t",
                "per%cent",
                "mv%d",
                "12345",
                "",
                ".",
                "..",
                "colon:0",
                "lone\ud800",
                "nul\0",
                "all",
                "default"
            })
    void namesThatNoInterfaceCanHave(String name) {
        Seen before = see();
        assertThatIllegalArgumentException().isThrownBy(() -> LinkSpec.bridge(name));
        assertThatIllegalArgumentException().isThrownBy(() -> InterfaceName.of(name));
        assertThatIllegalArgumentException().isThrownBy(() -> links.rename(lower.index(), InterfaceName.of(name)));
        assertThat(see()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with/slash", "with blank", "nul\0", "lone\ud800"})
    void alternativeNamesThatNoInterfaceCanHave(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> links.addAlternativeName(lower.index(), name));
        assertThatIllegalArgumentException().isThrownBy(() -> links.addAlternativeName(lower.index(), "x".repeat(128)));
        assertThat(links.get("up0").alternativeNames()).isEmpty();
        if (name.isEmpty() || name.contains("\0") || name.contains("\ud800")) {
            assertThatIllegalArgumentException().isThrownBy(() -> links.find(name));
        } else {
            assertThat(links.find(name)).isEmpty();
        }
    }

    @Test
    void parentsThatCannotBeOne() {
        refused(NetlinkException.NotFound.class, Cause.LOWER_ABSENT, macvlan(4242));
        refused(
                NetlinkException.InvalidArgument.class,
                Cause.LOWER_NOT_ETHERNET,
                macvlan(links.get("lo").index()));
        Link bridge = links.create(LinkSpec.bridge("br0"));
        links.master(lower.index(), bridge.index());
        refused(NetlinkException.Busy.class, Cause.LOWER_IS_PORT, macvlan(lower.index()));
        assertThatIllegalArgumentException().isThrownBy(() -> macvlan(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkSpec.of("mv0", new LinkKind.Macvlan(MacvlanMode.BRIDGE)));
    }

    /** Its number means nothing here, and none of ours is that high. */
    @Test
    void aParentInAnotherNamespace() {
        Link far = inside.links().create(LinkSpec.bridge("far0"));
        inside.links().delete(far.index());
        for (int i = 0; i < 40; i++) {
            far = inside.links().create(LinkSpec.bridge("far" + i));
        }
        assertThat(links.find(far.index())).isEmpty();
        refused(NetlinkException.NotFound.class, Cause.LOWER_ABSENT, macvlan(far.index()));
    }

    @Test
    void anMtuThatIsTooLarge() {
        refused(
                NetlinkException.InvalidArgument.class,
                Cause.MTU_ABOVE_LOWER,
                macvlan(lower.index()).mtu(1501));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> macvlan(lower.index()).mtu(65536));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> macvlan(lower.index()).mtu(67));
    }

    @Test
    void aMacAddressThatIsInUse() {
        links.create(LinkSpec.macvlan("mv1", lower.index(), MacvlanMode.BRIDGE)
                .mac(MAC)
                .up());
        refused(
                NetlinkException.AddressInUse.class,
                Cause.MAC_IN_USE,
                macvlan(lower.index()).mac(MAC).up());
    }

    @ParameterizedTest
    @ValueSource(strings = {"01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"})
    void macAddressesThatNoLinkCanHave(String text) {
        MacAddress address = MacAddress.parse(text);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> macvlan(lower.index()).mac(address));
        assertThatIllegalArgumentException().isThrownBy(() -> links.mac(lower.index(), address));
        assertThat(links.get("up0").mac()).isEqualTo(lower.mac());
    }

    static Stream<LinkKind> kinds() {
        return Stream.of(new LinkKind.Vlan(100), new LinkKind.Ipvlan(LinkKind.Ipvlan.Mode.L2), new LinkKind.Dummy());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aKindThatTheKernelLacks(LinkKind kind) {
        LinkSpec spec = kind instanceof LinkKind.Dummy
                ? LinkSpec.of("opt0", kind)
                : LinkSpec.on("opt0", kind, lower.index()).ensureLowerUp();
        if (Lab.supports(socket, spec)) {
            assertThat(Lab.ip(
                                    here,
                                    "link",
                                    "add",
                                    "link",
                                    "up0",
                                    "name",
                                    "opt1",
                                    "type",
                                    kind.kernelName(),
                                    kind instanceof LinkKind.Vlan ? "id" : "mtu",
                                    kind instanceof LinkKind.Vlan ? "7" : "1400")
                            .status())
                    .as("ip(8) can make it too")
                    .isZero();
        } else {
            links.down(lower.index());
            refused(NetlinkException.Unsupported.class, Cause.KIND_UNSUPPORTED, spec);
        }
    }

    @Test
    void noPrivilege() {
        Seen before = see();
        Address address = Address.of(lower.index(), Prefix.parse("10.0.0.1/8"));
        for (Runnable attempt : List.<Runnable>of(
                () -> links.create(macvlan(lower.index())),
                () -> links.create(LinkSpec.bridge("br0")),
                () -> links.up(lower.index()),
                () -> links.delete(lower.index()),
                () -> links.deleteAll(List.of(lower, links.get("wire0"))),
                () -> links.mtu(lower.index(), 1400),
                () -> socket.addresses().add(address),
                () -> socket.routes().add(Route.on(Prefix.parse("10.16.0.0/12"), lower.index())),
                () -> socket.neighbours().add(Neighbour.permanent(lower.index(), IpAddress.parse("10.0.0.1"), MAC)))) {
            Throwable thrown = Unprivileged.thrownBy(attempt);
            assertThat(thrown)
                    .isInstanceOfSatisfying(
                            NetlinkException.PermissionDenied.class,
                            e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        }
        NetlinkException e = (NetlinkException) Unprivileged.thrownBy(() -> links.create(LinkSpec.bridge("br0")));
        assertThat(e.diagnosis().map(Diagnosis::cause)).contains(Cause.NOT_PRIVILEGED);
        assertThat(see()).isEqualTo(before);
        assertThat(socket.addresses().list(lower.index())).doesNotContain(address);
    }

    @Test
    void veths() {
        LinkSpec both = LinkSpec.veth("ve0", new VethPeer(InterfaceName.of("ve0")));
        Seen before = see();
        assertThat(catchThrowable(() -> links.create(both))).isInstanceOf(NetlinkException.AlreadyExists.class);
        NetworkNamespace gone = NetworkNamespace.named("no-such-namespace");
        VethPeer away = new VethPeer(InterfaceName.of("ve1")).setUp().in(gone);
        assertThat(catchThrowable(() -> links.create(LinkSpec.veth("ve0", away))))
                .isInstanceOf(NetlinkException.NotFound.class);
        assertThat(catchThrowable(() -> links.createIn(gone, macvlan(lower.index()))))
                .isInstanceOf(NetlinkException.NotFound.class);
        assertThat(see()).isEqualTo(before);
    }
}
