package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who reaches whom: two containers' namespaces on one lower link, the host, and the segment that joins them. */
class SegmentLiveTest extends NamespaceTest {
    private final MacvlanSegment segment = MacvlanSegment.of(InterfaceName.of("br-mgmt"));

    private NetworkNamespace first;
    private NetworkNamespace second;
    private Link bridge;

    @BeforeEach
    void open() {
        first = lab.namespace();
        second = lab.namespace();
        bridge = links.create(LinkSpec.bridge("br-mgmt").mtu(1400).up());
        socket.addresses().add(Address.of(bridge.index(), Prefix.parse("10.1.1.254/24")));
    }

    private void container(NetworkNamespace namespace, int lower, MacvlanMode mode, String address) {
        links.createIn(namespace, LinkSpec.macvlan("mv-br-mgmt", lower, mode).up());
        try (RouteSocket inside = RouteSocket.open(namespace)) {
            int index = inside.links().get("mv-br-mgmt").index();
            inside.addresses().add(Address.of(index, Prefix.parse(address)));
        }
    }

    /** Asks for two seconds: the kernel may take one to see that a new link has a carrier. */
    @ParameterizedTest
    @CsvSource({"BRIDGE, false, true, false", "BRIDGE, true, true, true", "PRIVATE, true, false, true"})
    void whoReachesWhom(MacvlanMode mode, boolean onSegment, boolean eachOther, boolean theHost) {
        assumeTrue(Lab.has("ping"), "needs ping(8) from iputils");
        int lower = onSegment ? segment.ensure(socket).index() : bridge.index();
        container(first, lower, mode, "10.1.1.1/24");
        container(second, lower, mode, "10.1.1.2/24");

        assertThat(Lab.reaches(first, "10.1.1.2", eachOther))
                .as("one container the other")
                .isEqualTo(eachOther);
        assertThat(Lab.reaches(first, "10.1.1.254", theHost))
                .as("container the host")
                .isEqualTo(theHost);
        assertThat(Lab.reaches(here, "10.1.1.2", theHost))
                .as("host the container")
                .isEqualTo(theHost);
    }

    @Test
    void ensuringTwiceChangesNothing() {
        Link made = segment.ensure(socket);
        assertThat(made.name()).isEqualTo("veth-mgmt2");
        assertThat(made.mtu()).isEqualTo(1400);
        assertThat(made.isUp()).isTrue();
        assertThat(links.get("veth-mgmt1").master()).hasValue(bridge.index());
        assertThat(segment.ensure(socket).index()).isEqualTo(made.index());
    }

    @Test
    void whatWasChangedIsSetRight() {
        Link made = segment.ensure(socket);
        Link port = links.get("veth-mgmt1");
        links.noMaster(port.index());
        links.down(made.index());
        links.mtu(bridge.index(), 1300);
        Link again = segment.ensure(socket);
        assertThat(again.isUp()).isTrue();
        assertThat(again.mtu()).isEqualTo(1300);
        assertThat(links.get("veth-mgmt1").master()).hasValue(bridge.index());
    }

    @Test
    void removingTwiceIsFine() {
        segment.ensure(socket);
        segment.remove(socket);
        assertThat(links.find("veth-mgmt1")).isEmpty();
        assertThat(links.find("veth-mgmt2")).isEmpty();
        segment.remove(socket);
    }

    @Test
    void linksOfOthersAreLeftAlone() {
        Link stranger = links.create(LinkSpec.bridge("veth-mgmt1"));
        assertThatThrownBy(() -> segment.ensure(socket))
                .isInstanceOf(NetlinkException.AlreadyExists.class)
                .hasMessageContaining("veth-mgmt1");
        assertThatThrownBy(() -> segment.remove(socket)).isInstanceOf(NetlinkException.AlreadyExists.class);
        assertThat(links.find(stranger.index())).isPresent();
        assertThatThrownBy(() -> MacvlanSegment.of(InterfaceName.of("none")).ensure(socket))
                .isInstanceOf(NetlinkException.NotFound.class);
        assertThatThrownBy(
                        () -> new MacvlanSegment(InterfaceName.of("lo"), InterfaceName.of("a1"), InterfaceName.of("a2"))
                                .ensure(socket))
                .isInstanceOf(NetlinkException.InvalidArgument.class);
    }
}
