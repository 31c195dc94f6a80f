package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Makes, reads, changes and deletes links in a namespace of its own, and compares with what ip(8) sees. */
class LinksLiveTest extends LowerLinkTest {
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:42");

    @ParameterizedTest
    @EnumSource(MacvlanMode.class)
    void everyMacvlanModeIsMadeAsAsked(MacvlanMode mode) {
        List<MacAddress> sources = mode == MacvlanMode.SOURCE ? List.of(MAC) : List.of();
        LinkKind kind = new LinkKind.Macvlan(mode).sources(sources).broadcastQueueLength(5000);
        Link made = links.create(
                LinkSpec.on("mv0", kind, lower.index()).mtu(1400).group(7).up());

        assertThat(made.name()).isEqualTo("mv0");
        assertThat(made.isUp()).isTrue();
        assertThat(made.mtu()).isEqualTo(1400);
        assertThat(made.group()).isEqualTo(7);
        assertThat(made.liesOn(lower.index())).isTrue();
        assertThat(made.details())
                .isEqualTo(new LinkDetails.Macvlan(
                        Optional.of(mode),
                        sources,
                        true,
                        true,
                        OptionalLong.of(5000),
                        OptionalLong.of(5000),
                        OptionalInt.empty()));
        String shown = Lab.ip(here, "-d", "link", "show", "mv0").orFail().output();
        assertThat(shown).contains("macvlan mode " + mode.name().toLowerCase(Locale.ROOT), "mtu 1400");
        assertThat(shown).contains(made.mac().orElseThrow().toString());
    }

    @Test
    void aVethPairTakesEverythingForBothEnds() {
        NetworkNamespace there = lab.namespace();
        VethPeer peer = new VethPeer(InterfaceName.of("host0")).mac(MAC).setUp().in(there);
        Link made = links.create(LinkSpec.veth("ve-web", peer).mtu(1300).up());

        assertThat(made.kind()).isEqualTo("veth");
        assertThat(made.lower().orElseThrow().isHere()).isFalse();
        try (RouteSocket other = RouteSocket.open(there)) {
            Link host0 = other.links().get("host0");
            assertThat(host0.mac()).contains(MAC);
            assertThat(host0.mtu()).isEqualTo(1300);
            assertThat(host0.isUp()).isTrue();
            assertThat(host0.index()).isEqualTo(made.lower().orElseThrow().index());
        }
        links.delete(made.index());
        assertThat(links.find("ve-web")).isEmpty();
    }

    @Test
    void aBridgeAndItsPorts() {
        LinkKind.Bridge kind = new LinkKind.Bridge()
                .with(BridgeOption.STP, false)
                .with(BridgeOption.AGEING_TIME, 3000)
                .with(BridgeOption.FORWARD_DELAY, 200)
                .with(BridgeOption.HELLO_TIME, 300)
                .with(BridgeOption.MAX_AGE, 1000)
                .with(BridgeOption.PRIORITY, 4096)
                .with(BridgeOption.GROUP_FORWARD_MASK, 8);
        Link bridge = links.create(LinkSpec.of("br0", kind).mac(MAC).up());
        assertThat(bridge.mac()).contains(MAC);
        assertThat(bridge.details())
                .isInstanceOfSatisfying(
                        LinkDetails.Bridge.class,
                        b -> kind.options()
                                .forEach((option, value) -> assertThat(b.get(option))
                                        .as(option.name())
                                        .hasValue(value)));

        links.master(lower.index(), bridge.index());
        assertThat(links.list(LinkFilter.all().master(bridge.index())))
                .extracting(Link::name)
                .containsExactly("up0");
        links.noMaster(lower.index());
        assertThat(links.get("up0").master()).isEmpty();
    }

    @Test
    void aBridgeWithoutPortsHasACarrierUnlessItsMacAddressIsSet() {
        Link plain = links.create(LinkSpec.bridge("br0").up());
        assertThat(plain.hasCarrier()).isTrue();
        Link addressed = links.create(LinkSpec.bridge("br1").mac(MAC).up());
        assertThat(addressed.hasCarrier()).isFalse();
    }

    @Test
    void aVxlanKeepsItsAddresses() {
        LinkKind.Vxlan v4 = new LinkKind.Vxlan(42)
                .between(IpAddress.parse("10.1.1.1"), IpAddress.parse("10.1.1.2"))
                .withoutLearning()
                .ttl(9);
        LinkKind.Vxlan v6 = new LinkKind.Vxlan(43)
                .between(IpAddress.parse("fd00::1"), IpAddress.parse("fd00::2"))
                .port(4790);
        assumeTrue(Lab.supports(socket, LinkSpec.of("probe", v4)), "this kernel has no vxlan");
        for (LinkKind.Vxlan kind : List.of(v4, v6)) {
            Link made = links.create(LinkSpec.on("vx" + kind.id(), kind, lower.index()));
            assertThat(made.details())
                    .isEqualTo(new LinkDetails.Vxlan(
                            kind.id(),
                            kind.local(),
                            kind.remote(),
                            kind.port(),
                            kind.learning(),
                            OptionalInt.of(lower.index()),
                            kind.ttl().orElse(0)));
        }
        assertThat(links.list(LinkFilter.all().kind("vxlan"))).hasSize(2);
    }

    static Stream<LinkKind> optionalKinds() {
        return Stream.of(
                new LinkKind.Macvtap(MacvlanMode.BRIDGE),
                new LinkKind.Vlan(100),
                new LinkKind.Ipvlan(LinkKind.Ipvlan.Mode.L2),
                new LinkKind.Dummy());
    }

    @ParameterizedTest
    @MethodSource("optionalKinds")
    void kindsThatNotEveryKernelHas(LinkKind kind) {
        LinkSpec spec = new LinkSpec(
                InterfaceName.of("opt0"),
                kind,
                kind instanceof LinkKind.Dummy ? OptionalInt.empty() : OptionalInt.of(lower.index()),
                Optional.empty(),
                OptionalInt.empty(),
                0,
                OptionalInt.empty(),
                false,
                false);
        if (!Lab.supports(socket, spec)) {
            NetlinkException.Unsupported refused =
                    catchThrowableOfType(NetlinkException.Unsupported.class, () -> links.create(spec));
            assertThat(refused.diagnosis().map(Diagnosis::cause)).contains(Diagnosis.Cause.KIND_UNSUPPORTED);
            assertThat(refused.kernelText()).contains("Unknown device type");
            assertThat(Lab.ip(here, "link", "add", "opt0", "link", "up0", "type", kind.kernelName())
                            .status())
                    .as("ip(8) cannot make it either")
                    .isNotZero();
            assumeTrue(false, "this kernel has no " + kind.kernelName());
        }
        Link made = links.create(spec);
        assertThat(made.kind()).isEqualTo(kind.kernelName());
        if (kind instanceof LinkKind.Vlan vlan) {
            assertThat(made.details()).isEqualTo(new LinkDetails.Vlan(OptionalInt.of(vlan.id())));
        }
    }

    @Test
    void linksAreFoundByNameAlternativeNameAndIndex() {
        links.addAlternativeName(lower.index(), "a-name-of-more-than-fifteen-bytes");
        links.addAlternativeName(lower.index(), "short-alt");
        for (String name : List.of("up0", "a-name-of-more-than-fifteen-bytes", "short-alt")) {
            assertThat(links.find(name)).map(Link::index).contains(lower.index());
        }
        assertThat(links.find(lower.index()).orElseThrow().alternativeNames())
                .containsExactlyInAnyOrder("a-name-of-more-than-fifteen-bytes", "short-alt");
        links.removeAlternativeName(lower.index(), "short-alt");
        assertThat(links.find("short-alt")).isEmpty();
        assertThat(links.find("nothing")).isEmpty();
        assertThat(links.find("nothing-of-more-than-fifteen-bytes")).isEmpty();
        assertThat(links.find(99999)).isEmpty();
        assertThatThrownBy(() -> links.get("nothing")).isInstanceOf(NetlinkException.NotFound.class);
        assertThatThrownBy(() -> links.find("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> links.find(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void changesOfOneLink() {
        int index = links.create(LinkSpec.macvlan("mv0", lower.index(), MacvlanMode.BRIDGE))
                .index();
        links.mtu(index, 1200);
        links.mac(index, MAC);
        links.group(index, 99);
        links.alias(index, "for the tests");
        socket.macvlans().mode(index, MacvlanMode.SOURCE);
        socket.macvlans().sources(index, List.of(MAC));
        links.rename(index, InterfaceName.of("mv1"));
        links.up(index);
        Link changed = links.get("mv1");
        assertThat(changed.index()).isEqualTo(index);
        assertThat(changed.mtu()).isEqualTo(1200);
        assertThat(changed.mac()).contains(MAC);
        assertThat(changed.group()).isEqualTo(99);
        assertThat(changed.alias()).isEqualTo("for the tests");
        assertThat(changed.isUp()).isTrue();
        assertThat(changed.details()).isInstanceOfSatisfying(LinkDetails.Macvlan.class, m -> {
            assertThat(m.mode()).contains(MacvlanMode.SOURCE);
            assertThat(m.sources()).containsExactly(MAC);
        });
        socket.macvlans().sources(index, List.of());
        links.alias(index, "");
        links.down(index);
        Link again = links.get("mv1");
        assertThat(again.isUp()).isFalse();
        assertThat(again.alias()).isEmpty();
        assertThat(((LinkDetails.Macvlan) again.details()).sources()).isEmpty();
    }

    @Test
    void aLinkMovesAndGetsAName() {
        NetworkNamespace there = lab.namespace();
        Link made = links.create(LinkSpec.macvlan("mv0", lower.index(), MacvlanMode.BRIDGE));
        links.move(made.index(), there, InterfaceName.of("eth0"));
        assertThat(links.find("mv0")).isEmpty();
        try (RouteSocket other = RouteSocket.open(there)) {
            Link moved = other.links().get("eth0");
            assertThat(moved.mac()).isEqualTo(made.mac());
            assertThat(moved.lower().orElseThrow().isHere()).isFalse();
        }
        Link bridge = links.create(LinkSpec.bridge("br0"));
        NetlinkException refused = catchThrowableOfType(
                NetlinkException.class, () -> links.move(bridge.index(), there, InterfaceName.of("br0")));
        assertThat(refused.diagnosis().map(Diagnosis::cause)).contains(Diagnosis.Cause.NAMESPACE_IMMUTABLE);
    }

    @Test
    void aLinkIsMadeStraightInAnotherNamespace() {
        NetworkNamespace there = lab.namespace();
        LinkSpec spec =
                LinkSpec.macvlan("up0", lower.index(), MacvlanMode.BRIDGE).up();
        links.createIn(there, spec);
        new LinkCreation(links, new LinkDiagnosis(links))
                .createUnderAnotherName(spec.named(InterfaceName.of("mv1")), there);
        try (RouteSocket other = RouteSocket.open(there)) {
            assertThat(other.links().list()).extracting(Link::name).containsExactlyInAnyOrder("lo", "up0", "mv1");
        }
        assertThatThrownBy(() -> links.createIn(there, spec)).isInstanceOf(NetlinkException.AlreadyExists.class);
        assertThatThrownBy(() -> new LinkCreation(links, new LinkDiagnosis(links)).createUnderAnotherName(spec, there))
                .isInstanceOf(NetlinkException.AlreadyExists.class);
        try (RouteSocket other = RouteSocket.open(there)) {
            assertThat(other.links().list()).as("nothing is left behind").hasSize(3);
        }
        assertThat(links.list()).hasSize(3);
    }

    @Test
    void manyLinksAreDeletedAtOnceAndOthersStay() {
        List<Link> doomed = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            doomed.add(links.create(LinkSpec.macvlan("mv" + i, lower.index(), MacvlanMode.BRIDGE)
                    .group(i % 3)));
        }
        Link kept = links.create(LinkSpec.macvlan("kept", lower.index(), MacvlanMode.BRIDGE));
        links.delete(doomed.get(7).index());
        links.deleteAll(doomed);
        assertThat(links.list()).extracting(Link::name).containsExactlyInAnyOrder("lo", "wire0", "up0", "kept");
        assertThat(links.find(kept.index()).orElseThrow().group()).isZero();
        links.deleteAll(doomed);
        links.deleteAll(List.of());
    }

    @Test
    void whatCannotBeDeletedStaysInItsOldGroup() {
        Link loopback = links.get("lo");
        List<Link> mixed = List.of(
                loopback,
                links.create(LinkSpec.macvlan("mv0", lower.index(), MacvlanMode.BRIDGE)),
                links.create(LinkSpec.macvlan("mv1", lower.index(), MacvlanMode.BRIDGE)));
        assertThatThrownBy(() -> links.deleteAll(mixed)).isInstanceOf(NetlinkException.class);
        assertThat(links.list()).allSatisfy(link -> assertThat(link.group()).isZero());
    }

    @Test
    void theListingIsThatOfIp() {
        for (int i = 0; i < 5; i++) {
            links.create(LinkSpec.macvlan("mv" + i, lower.index(), MacvlanMode.PRIVATE)
                    .mtu(1300 + i));
        }
        links.create(LinkSpec.bridge("br0").up());
        String json = Lab.ip(here, "-d", "-j", "link").orFail().output();
        assertThat(links.list())
                .allSatisfy(link -> assertThat(json)
                        .contains("\"ifindex\":" + link.index() + ",")
                        .contains("\"ifname\":\"" + link.name() + "\"")
                        .contains("\"mtu\":" + link.mtu() + ","));
        assertThat(links.list()).hasSize(json.split("\"ifindex\"", -1).length - 1);
        assertThat(links.list(LinkFilter.all().kind("macvlan"))).hasSize(5);
        assertThat(links.list(LinkFilter.all().lower(lower.index()))).hasSizeGreaterThanOrEqualTo(5);
        assertThat(links.list(LinkFilter.all().kind("no-such-kind"))).isEmpty();
    }
}
