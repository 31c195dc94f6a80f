package io.nspawn.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.ContainerStatus.Interface;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostNetwork;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.spi.HostNetwork.NewLink;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What every {@link HostNetwork} keeps to. */
public abstract class HostNetworkContract extends PortContract {
    private static final InterfaceName BRIDGE = link("ct-br0");
    private static final InterfaceName MACVLAN = link("ct-mv0");
    private static final InterfaceName PORT = link("ct-va0");
    private static final InterfaceName PEER = link("ct-vb0");
    private static final InterfaceName NONE = link("ct-none");
    private static final InterfaceName LOOPBACK = link("lo");
    private static final Prefix ADDRESS = Prefix.parse("172.29.80.1/24");
    private static final int NO_PROCESS = Integer.MAX_VALUE;

    /** For those who say which host it is. */
    protected HostNetworkContract() {}

    private HostNetwork network() {
        return ports().network();
    }

    private HostLink get(InterfaceName name) {
        return network().find(name).orElseThrow();
    }

    private void makeBridge() {
        network().create(new NewLink.Bridge(BRIDGE, OptionalInt.empty()));
    }

    private void makeMacvlan(InterfaceName name, InterfaceName lower) {
        network().create(new NewLink.Macvlan(name, lower, MacvlanMode.BRIDGE));
    }

    private void makeVeth() {
        network().create(new NewLink.Veth(PORT, PEER, BRIDGE));
    }

    @Test
    void theLoopbackIsThere() {
        HostLink loopback = get(LOOPBACK);
        assertTrue(loopback.loopback());
        assertTrue(network().list().stream().anyMatch(link -> link.name().equals(LOOPBACK)));
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertTrue(network().find(NONE).isEmpty());
    }

    @Test
    void aBridgeIsMadeAndUp() {
        makeBridge();

        HostLink bridge = get(BRIDGE);
        assertEquals("bridge", bridge.kind());
        assertTrue(bridge.up());
        assertTrue(bridge.ours());
        assertFalse(bridge.loopback());
        assertEquals(1500, bridge.mtu());
        assertEquals(Optional.empty(), bridge.lower());
        assertEquals(Optional.empty(), bridge.master());
        assertTrue(network().list().stream().anyMatch(link -> link.name().equals(BRIDGE)));
        refused(AlreadyExistsException.class, () -> makeBridge());
    }

    @Test
    void aMacvlanStandsOnItsLower() {
        makeBridge();
        makeMacvlan(MACVLAN, BRIDGE);

        HostLink macvlan = get(MACVLAN);
        assertEquals("macvlan", macvlan.kind());
        assertEquals(Optional.of(BRIDGE), macvlan.lower());
        assertEquals(Optional.of(MacvlanMode.BRIDGE), macvlan.mode());
        assertTrue(macvlan.ours());
        assertTrue(macvlan.up());
        refused(AlreadyExistsException.class, () -> makeMacvlan(MACVLAN, BRIDGE));
        refused(NotFoundException.class, () -> makeMacvlan(link("ct-mv1"), NONE));
        refused(HostFailureException.class, () -> makeMacvlan(link("ct-mv1"), LOOPBACK));
        assertTrue(network().find(link("ct-mv1")).isEmpty());
    }

    @Test
    void aMacvlanChangesItsMode() {
        makeBridge();
        makeMacvlan(MACVLAN, BRIDGE);

        network().setMode(MACVLAN, MacvlanMode.PRIVATE);

        assertEquals(Optional.of(MacvlanMode.PRIVATE), get(MACVLAN).mode());
        refused(NotFoundException.class, () -> network().setMode(NONE, MacvlanMode.VEPA));
    }

    @Test
    void aVethPairIsAPortAndAnEndForMacvlans() {
        makeBridge();
        network().setMtu(BRIDGE, 1400);
        makeVeth();

        assertEquals(Optional.of(BRIDGE), get(PORT).master());
        assertEquals(Optional.of(PEER), get(PORT).lower());
        assertEquals(Optional.of(PORT), get(PEER).lower());
        assertEquals(Optional.empty(), get(PEER).master());
        for (InterfaceName end : List.of(PORT, PEER)) {
            assertEquals("veth", get(end).kind());
            assertEquals(1400, get(end).mtu());
            assertTrue(get(end).ours());
            assertTrue(get(end).up());
        }
        makeMacvlan(MACVLAN, PEER);
        refused(BusyException.class, () -> makeMacvlan(link("ct-mv1"), PORT));
        refused(AlreadyExistsException.class, this::makeVeth);
        refused(
                NotFoundException.class,
                () -> network().create(new NewLink.Veth(link("ct-va1"), link("ct-vb1"), NONE)));
        network().delete(List.of(PORT));
        assertTrue(network().find(PEER).isEmpty());
        assertTrue(network().find(MACVLAN).isEmpty());
    }

    @Test
    void aPortLeavesItsBridgeAndStaysWhenThatGoes() {
        makeBridge();
        makeVeth();

        network().setMaster(PORT, Optional.empty());
        assertEquals(Optional.empty(), get(PORT).master());
        network().setMaster(PORT, Optional.of(BRIDGE));
        assertEquals(Optional.of(BRIDGE), get(PORT).master());
        refused(NotFoundException.class, () -> network().setMaster(NONE, Optional.of(BRIDGE)));
        refused(NotFoundException.class, () -> network().setMaster(PORT, Optional.of(NONE)));
        network().delete(List.of(BRIDGE));
        assertEquals(Optional.empty(), get(PORT).master());
    }

    @Test
    void macvlansFollowAnMtuDownAndNotUp() {
        network().create(new NewLink.Bridge(BRIDGE, OptionalInt.of(1400)));
        makeMacvlan(MACVLAN, BRIDGE);
        assertEquals(1400, get(MACVLAN).mtu());

        network().setMtu(BRIDGE, 1300);
        assertEquals(1300, get(MACVLAN).mtu());
        network().setMtu(BRIDGE, 1400);

        assertEquals(1300, get(MACVLAN).mtu());
        refused(NotFoundException.class, () -> network().setMtu(NONE, 1400));
    }

    @Test
    void anAddressIsTakenAwayOnce() {
        makeBridge();
        network().addAddress(BRIDGE, ADDRESS);

        network().removeAddress(BRIDGE, ADDRESS);
        network().removeAddress(BRIDGE, ADDRESS);

        assertFalse(get(BRIDGE).addresses().contains(ADDRESS));
        refused(NotFoundException.class, () -> network().removeAddress(NONE, ADDRESS));
    }

    @Test
    void aLinkIsSetUpAgain() {
        makeBridge();
        network().setUp(BRIDGE);
        assertTrue(get(BRIDGE).up());
        refused(NotFoundException.class, () -> network().setUp(NONE));
    }

    @Test
    void anAddressIsAddedOnce() {
        makeBridge();
        network().addAddress(BRIDGE, ADDRESS);
        network().addAddress(BRIDGE, ADDRESS);

        assertEquals(1, get(BRIDGE).addresses().stream().filter(ADDRESS::equals).count());
        refused(NotFoundException.class, () -> network().addAddress(NONE, ADDRESS));
    }

    @Test
    void linksAreDeletedWithWhatStandsOnThem() {
        makeBridge();
        makeMacvlan(MACVLAN, BRIDGE);

        network().delete(List.of(NONE, BRIDGE));

        assertTrue(network().find(BRIDGE).isEmpty());
        assertTrue(network().find(MACVLAN).isEmpty());
        network().delete(List.of());
    }

    @Test
    void theLoopbackStays() {
        assertThrowsExactly(UnsupportedException.class, () -> network().delete(List.of(LOOPBACK)));
        assertTrue(network().find(LOOPBACK).isPresent());
    }

    @Test
    void interfacesOfAContainerAreItsOwn() {
        makeBridge();
        runs(ONE, "MACVLAN=" + BRIDGE);

        List<Interface> inside = network().interfacesOf(leader(ONE));

        assertEquals(1, inside.size());
        assertEquals(link("mv-" + BRIDGE), inside.get(0).name());
        assertTrue(inside.get(0).mac().isPresent());
        assertTrue(network().find(inside.get(0).name()).isEmpty());
        network().delete(List.of(BRIDGE));
        assertEquals(List.of(), network().interfacesOf(leader(ONE)));
    }

    @Test
    void addressesThatDoNotComeAreNotWaitedForLonger() {
        runs(ONE);
        assertFalse(network().awaitAddresses(leader(ONE), List.of(ADDRESS), Duration.ofMillis(10)));
        assertTrue(network().awaitAddresses(leader(ONE), List.of(), Duration.ofMillis(10)));
    }

    @Test
    void noProcessNoInterfaces() {
        refused(NotFoundException.class, () -> network().interfacesOf(NO_PROCESS));
        refused(
                NotFoundException.class,
                () -> network().awaitAddresses(NO_PROCESS, List.of(ADDRESS), Duration.ofMillis(10)));
    }
}
