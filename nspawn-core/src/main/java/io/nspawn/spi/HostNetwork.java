package io.nspawn.spi;

import io.nspawn.model.ContainerStatus;
import io.nspawn.model.Nic;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacAddress;
import io.nspawn.net.Prefix;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The host's links, and what the containers have of them inside. */
public interface HostNetwork extends AutoCloseable {
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
     */
    record HostLink(
            InterfaceName name,
            String kind,
            Optional<InterfaceName> lower,
            Optional<InterfaceName> master,
            int mtu,
            boolean up,
            boolean loopback,
            List<Prefix> addresses) {
        public HostLink {
            addresses = List.copyOf(addresses);
        }
    }

    Optional<HostLink> find(InterfaceName name);

    List<HostLink> list();

    /**
     * Makes a bridge and sets it up.
     *
     * @throws io.nspawn.model.AlreadyExistsException if the name is taken
     */
    void createBridge(InterfaceName name);

    /**
     * Makes a macvlan of mode bridge and sets it up.
     *
     * @throws io.nspawn.model.AlreadyExistsException if the name is taken
     * @throws io.nspawn.model.NotFoundException if there is no such lower interface
     */
    void createMacvlan(InterfaceName name, InterfaceName lower);

    void setUp(InterfaceName name);

    /** Adds an address; one that is there already is left as it is. */
    void addAddress(InterfaceName name, Prefix address);

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
