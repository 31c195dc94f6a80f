package io.nspawn.spi;

import io.nspawn.model.ContainerStatus;
import io.nspawn.model.Nic;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacAddress;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.Prefix;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The host's links, and what the containers have of them inside. */
public interface HostNetwork extends AutoCloseable {
    /** The group of links that this library makes: a number that nobody else has a reason to choose. */
    int GROUP = 0x6e737077;

    /**
     * A link of the host.
     *
     * @param name its name
     * @param kind the kernel's kind: {@code bridge}, {@code macvlan}, {@code veth}; empty for hardware
     * @param lower the interface that it stands on
     * @param master the bridge or bond that it is a port of
     * @param mtu in bytes
     * @param up whether it is administratively up
     * @param loopback whether it is the loopback
     * @param addresses its addresses
     * @param group its group; {@link #GROUP} for one that this library made
     * @param mode how the macvlans of its lower interface reach each other, for a macvlan
     */
    record HostLink(
            InterfaceName name,
            String kind,
            Optional<InterfaceName> lower,
            Optional<InterfaceName> master,
            int mtu,
            boolean up,
            boolean loopback,
            List<Prefix> addresses,
            int group,
            Optional<MacvlanMode> mode) {
        public HostLink {
            addresses = List.copyOf(addresses);
        }

        /** One that somebody else made. */
        public HostLink(
                InterfaceName name,
                String kind,
                Optional<InterfaceName> lower,
                Optional<InterfaceName> master,
                int mtu,
                boolean up,
                boolean loopback,
                List<Prefix> addresses) {
            this(name, kind, lower, master, mtu, up, loopback, addresses, 0, Optional.empty());
        }

        /** Whether this library made it: alone such links are ever deleted. */
        public boolean ours() {
            return group == GROUP;
        }
    }

    /** A link to be made, which bears the group of this library from its first moment on, and is up. */
    sealed interface NewLink {
        InterfaceName name();

        /** A bridge of the kernel's defaults. An MTU that is given stays whatever ports join. */
        record Bridge(InterfaceName name, OptionalInt mtu) implements NewLink {}

        /**
         * A veth pair of the bridge's MTU.
         *
         * @param name the end that is a port of the bridge
         * @param peer the other end, which may carry macvlans
         */
        record Veth(InterfaceName name, InterfaceName peer, InterfaceName bridge) implements NewLink {}

        /** A macvlan of its lower interface's MTU. */
        record Macvlan(InterfaceName name, InterfaceName lower, MacvlanMode mode) implements NewLink {}
    }

    Optional<HostLink> find(InterfaceName name);

    List<HostLink> list();

    /** The interfaces that a default route of the main table leaves by, IPv4 or IPv6. */
    Set<InterfaceName> defaultRoutes();

    /**
     * Makes a link.
     *
     * @throws io.nspawn.model.AlreadyExistsException if a name is taken
     * @throws io.nspawn.model.NotFoundException if there is no such lower interface or bridge
     */
    void create(NewLink link);

    /** Sets the MTU in bytes; macvlans on the interface follow it down, never up. */
    void setMtu(InterfaceName name, int mtu);

    /** Makes an interface a port of a bridge, or of none. */
    void setMaster(InterfaceName name, Optional<InterfaceName> bridge);

    /** Changes how a macvlan of the host reaches its siblings; not from or to passthru. */
    void setMode(InterfaceName name, MacvlanMode mode);

    /**
     * The same for a macvlan inside a container.
     *
     * @param leader process id of the container's first process
     * @throws io.nspawn.model.NotFoundException if the process or the interface is gone
     */
    void setMode(int leader, InterfaceName name, MacvlanMode mode);

    void setUp(InterfaceName name);

    /** Adds an address; one that is there already is left as it is. */
    void addAddress(InterfaceName name, Prefix address);

    /** Takes an address away; one that is not there is passed over. */
    void removeAddress(InterfaceName name, Prefix address);

    /** Whether systemd-networkd runs, which reads the files that make links last. */
    boolean networkdRuns();

    /** Has systemd-networkd read its files anew; what they say already is left as it is. */
    void reloadNetworkd();

    /** Deletes links, whatever their kind; a name that is not there is passed over. */
    void delete(Collection<InterfaceName> names);

    /**
     * The interfaces in the network namespace of a process, but its loopback.
     *
     * @param leader process id of a container's first process
     * @throws io.nspawn.model.NotFoundException if the process is gone
     */
    List<ContainerStatus.Interface> interfacesOf(int leader);

    /**
     * Makes a macvlan of mode bridge straight in the network namespace of a process, down, as systemd-nspawn would.
     *
     * @param leader process id of a container's first process
     * @throws io.nspawn.model.AlreadyExistsException if the name is taken there
     * @throws io.nspawn.model.NotFoundException if the process is gone, or there is no such lower interface
     */
    void attachMacvlan(int leader, InterfaceName name, InterfaceName lower, MacAddress mac);

    /**
     * Deletes an interface in the network namespace of a process; one that is not there is passed over.
     *
     * @throws io.nspawn.model.NotFoundException if the process is gone
     */
    void detach(int leader, InterfaceName name);

    /**
     * Sets an interface in the network namespace of a process up, with the MAC, MTU, static addresses, gateway and routes
     * of a spec. Other static addresses go; those that it has already stay as they are. DHCP and name servers are not for
     * the kernel.
     *
     * @throws io.nspawn.model.NotFoundException if the process is gone, or has no such interface
     */
    void configure(int leader, InterfaceName name, Nic nic);

    /**
     * Waits until the network namespace of a process has these addresses, on whatever interface, past duplicate address
     * detection.
     *
     * @return whether they were there in time
     * @throws io.nspawn.model.NotFoundException if the process is gone
     */
    boolean awaitAddresses(int leader, Collection<Prefix> addresses, Duration deadline);

    @Override
    void close();
}
