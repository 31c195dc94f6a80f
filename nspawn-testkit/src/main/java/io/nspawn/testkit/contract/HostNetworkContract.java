package io.nspawn.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.ContainerStatus.Interface;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostNetwork;
import io.nspawn.spi.HostNetwork.HostLink;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link HostNetwork} keeps to. */
public abstract class HostNetworkContract extends PortContract {
    private static final InterfaceName BRIDGE = link("ct-br0");
    private static final InterfaceName MACVLAN = link("ct-mv0");
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
        network().createBridge(BRIDGE);

        HostLink bridge = get(BRIDGE);
        assertEquals("bridge", bridge.kind());
        assertTrue(bridge.up());
        assertFalse(bridge.loopback());
        assertEquals(1500, bridge.mtu());
        assertEquals(Optional.empty(), bridge.lower());
        assertEquals(Optional.empty(), bridge.master());
        assertTrue(network().list().stream().anyMatch(link -> link.name().equals(BRIDGE)));
        refused(AlreadyExistsException.class, () -> network().createBridge(BRIDGE));
    }

    @Test
    void aMacvlanStandsOnItsLower() {
        network().createBridge(BRIDGE);
        network().createMacvlan(MACVLAN, BRIDGE);

        HostLink macvlan = get(MACVLAN);
        assertEquals("macvlan", macvlan.kind());
        assertEquals(Optional.of(BRIDGE), macvlan.lower());
        assertTrue(macvlan.up());
        refused(AlreadyExistsException.class, () -> network().createMacvlan(MACVLAN, BRIDGE));
        refused(NotFoundException.class, () -> network().createMacvlan(link("ct-mv1"), NONE));
        refused(HostFailureException.class, () -> network().createMacvlan(link("ct-mv1"), LOOPBACK));
        assertTrue(network().find(link("ct-mv1")).isEmpty());
    }

    @Test
    void aLinkIsSetUpAgain() {
        network().createBridge(BRIDGE);
        network().setUp(BRIDGE);
        assertTrue(get(BRIDGE).up());
        refused(NotFoundException.class, () -> network().setUp(NONE));
    }

    @Test
    void anAddressIsAddedOnce() {
        network().createBridge(BRIDGE);
        network().addAddress(BRIDGE, ADDRESS);
        network().addAddress(BRIDGE, ADDRESS);

        assertEquals(1, get(BRIDGE).addresses().stream().filter(ADDRESS::equals).count());
        refused(NotFoundException.class, () -> network().addAddress(NONE, ADDRESS));
    }

    @Test
    void linksAreDeletedWithWhatStandsOnThem() {
        network().createBridge(BRIDGE);
        network().createMacvlan(MACVLAN, BRIDGE);

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
        network().createBridge(BRIDGE);
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
