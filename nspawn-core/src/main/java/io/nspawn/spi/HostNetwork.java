package io.nspawn.spi;

import io.nspawn.model.ContainerStatus;
import io.nspawn.net.InterfaceName;
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
