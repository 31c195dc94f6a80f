package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be changed on a macvlan or macvtap while it is used, and on the port of a bridge. */
class MacvlansLiveTest extends LowerLinkTest {
    private static final MacAddress ONE = MacAddress.parse("02:00:00:00:00:01");
    private static final MacAddress TWO = MacAddress.parse("02:00:00:00:00:02");

    private Macvlans macvlans;

    @BeforeEach
    void open() {
        macvlans = socket.macvlans();
    }

    private Link make(LinkKind kind) {
        LinkSpec spec = LinkSpec.on("mv0", kind, lower.index());
        assumeTrue(Lab.supports(socket, spec), "this kernel has no " + kind.kernelName());
        return links.create(spec);
    }

    private LinkDetails.Macvlan details(Link link) {
        return (LinkDetails.Macvlan) links.find(link.index()).orElseThrow().details();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sourceAddressesOneByOneAndAllTogether(boolean tap) {
        LinkKind.Macvlan settings = new LinkKind.Macvlan(MacvlanMode.SOURCE);
        Link link = make(tap ? new LinkKind.Macvtap(settings) : settings);
        macvlans.addSource(link.index(), ONE);
        macvlans.addSource(link.index(), TWO);
        macvlans.addSource(link.index(), TWO);
        assertThat(details(link).sources()).containsExactlyInAnyOrder(ONE, TWO);
        macvlans.removeSource(link.index(), ONE);
        macvlans.removeSource(link.index(), ONE);
        assertThat(details(link).sources()).containsExactly(TWO);
        macvlans.sources(link.index(), List.of(ONE));
        assertThat(details(link).sources()).containsExactly(ONE);
        macvlans.flushSources(link.index());
        assertThat(details(link).sources()).isEmpty();
    }

    @Test
    void theModeChangesAndLeavingSourceForgetsTheList() {
        Link link = make(new LinkKind.Macvlan(MacvlanMode.SOURCE).sources(List.of(ONE)));
        for (MacvlanMode mode : List.of(MacvlanMode.PRIVATE, MacvlanMode.VEPA, MacvlanMode.BRIDGE)) {
            macvlans.mode(link.index(), mode);
            assertThat(details(link).mode()).contains(mode);
        }
        macvlans.mode(link.index(), MacvlanMode.SOURCE);
        assertThat(details(link).sources()).isEmpty();
    }

    @Test
    void theBroadcastQueueIsThatOfTheGreatestWish() {
        Link link = make(new LinkKind.Macvlan(MacvlanMode.BRIDGE).broadcastQueueLength(2000));
        Link other = links.create(LinkSpec.macvlan("mv1", lower.index(), MacvlanMode.BRIDGE));
        macvlans.broadcastQueueLength(link.index(), 5000);
        assertThat(details(link).broadcastQueueLength()).hasValue(5000);
        assertThat(details(other).broadcastQueueLengthUsed()).hasValue(5000);
        assertThatIllegalArgumentException().isThrownBy(() -> macvlans.broadcastQueueLength(link.index(), -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> macvlans.broadcastQueueLength(link.index(), 0xffff_ffffL));
    }

    @Test
    void theBroadcastCutoffIsThatOfTheLast() {
        Link link = make(new LinkKind.Macvlan(MacvlanMode.BRIDGE).broadcastCutoff(3));
        assumeTrue(details(link).broadcastCutoff().isPresent(), "the cutoff needs Linux 6.4");
        assertThat(details(link).broadcastCutoff()).hasValue(3);
        macvlans.broadcastCutoff(link.index(), -1);
        assertThat(details(link).broadcastCutoff()).hasValue(-1);
        macvlans.broadcastCutoff(link.index(), 1);
        assertThat(details(link).broadcastCutoff())
                .as("the default is not reported")
                .isEmpty();
    }

    @Test
    void flags() {
        Link nodst = make(new LinkKind.Macvlan(MacvlanMode.SOURCE).onlyBySource());
        assertThat(details(nodst).alsoByDestination()).isFalse();
        assertThat(details(nodst).promiscuous()).isTrue();
        links.delete(nodst.index());
        Link nopromisc = make(new LinkKind.Macvlan(MacvlanMode.PASSTHRU).withoutPromiscuity());
        assertThat(details(nopromisc).promiscuous()).isFalse();
        assertThat(details(nopromisc).alsoByDestination()).isTrue();
    }

    private static void refused(Diagnosis.Cause cause, ThrowingCallable call) {
        NetlinkException e = catchThrowableOfType(NetlinkException.InvalidArgument.class, call);
        assertThat(e).isNotNull();
        assertThat(e.diagnosis().map(Diagnosis::cause)).as(e.getMessage()).isEqualTo(Optional.of(cause));
    }

    @Test
    void refusalsSayWhy() {
        Link bridge = make(new LinkKind.Macvlan(MacvlanMode.BRIDGE));
        refused(Diagnosis.Cause.PASSTHRU_FIXED, () -> macvlans.mode(bridge.index(), MacvlanMode.PASSTHRU));
        refused(Diagnosis.Cause.SOURCES_NEED_MODE_SOURCE, () -> macvlans.addSource(bridge.index(), ONE));
        refused(Diagnosis.Cause.SOURCES_NEED_MODE_SOURCE, () -> macvlans.sources(bridge.index(), List.of(ONE)));
        assertThat(details(bridge).mode()).contains(MacvlanMode.BRIDGE);
        links.delete(bridge.index());
        Link passthru = make(new LinkKind.Macvlan(MacvlanMode.PASSTHRU));
        refused(Diagnosis.Cause.PASSTHRU_FIXED, () -> macvlans.mode(passthru.index(), MacvlanMode.BRIDGE));

        assertThatThrownBy(() -> macvlans.mode(lower.index(), MacvlanMode.BRIDGE))
                .isInstanceOf(NetlinkException.InvalidArgument.class)
                .hasMessageContaining("no macvlan");
        assertThatThrownBy(() -> macvlans.mode(4242, MacvlanMode.BRIDGE)).isInstanceOf(NetlinkException.NotFound.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> macvlans.addSource(passthru.index(), MacAddress.parse("01:00:5e:00:00:01")));
    }

    @Test
    void portSettingsAreReadBackAndOthersStay() {
        Link bridge = links.create(LinkSpec.bridge("br0").up());
        assertThatThrownBy(() -> links.port(lower.index(), new BridgePort().with(BridgePortOption.HAIRPIN, true)))
                .isInstanceOf(NetlinkException.InvalidArgument.class)
                .hasMessageContaining("no port");
        links.master(lower.index(), bridge.index());
        BridgePort before = links.get("up0").port().orElseThrow();
        BridgePort change = new BridgePort()
                .with(BridgePortOption.HAIRPIN, true)
                .with(BridgePortOption.ISOLATED, true)
                .with(BridgePortOption.BPDU_GUARD, true)
                .with(BridgePortOption.UNICAST_FLOOD, false)
                .with(BridgePortOption.PRIORITY, 7)
                .with(BridgePortOption.COST, 77);
        links.port(lower.index(), change);
        BridgePort after = links.get("up0").port().orElseThrow();
        for (BridgePortOption option : BridgePortOption.values()) {
            assertThat(after.get(option))
                    .as(option.name())
                    .isEqualTo(change.get(option).isPresent() ? change.get(option) : before.get(option));
        }
        links.noMaster(lower.index());
        assertThat(links.get("up0").port()).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> new BridgePort().with(BridgePortOption.PRIORITY, 64));
        assertThatThrownBy(() -> links.port(4242, change)).isInstanceOf(NetlinkException.NotFound.class);
    }
}
