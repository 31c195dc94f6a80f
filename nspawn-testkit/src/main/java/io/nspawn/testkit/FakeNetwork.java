package io.nspawn.testkit;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.Nic;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacAddress;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostNetwork;
import io.nspawn.testkit.FakeContainer.FakeNic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The host's links. */
final class FakeNetwork implements HostNetwork {
    private static final InterfaceName LOOPBACK = InterfaceName.of("lo");
    private static final int ETHERNET_MTU = 1500;
    private static final int LOOPBACK_MTU = 65536;

    private final FakeMachines machines;
    private final VirtualClock clock;
    private final Faults faults;
    private final TreeMap<InterfaceName, HostLink> links = new TreeMap<>();
    private final Set<InterfaceName> lasting = new HashSet<>();
    private Consumer<FakeContainer> networkd = container -> {};

    FakeNetwork(FakeMachines machines, VirtualClock clock, Faults faults) {
        this.machines = machines;
        this.clock = clock;
        this.faults = faults;
        reset();
    }

    /** Who sets up interfaces that come to be in a container that runs. */
    void onAttached(Consumer<FakeContainer> setUp) {
        networkd = setUp;
    }

    void reset() {
        links.clear();
        lasting.clear();
        List<Prefix> own = List.of(Prefix.parse("127.0.0.1/8"), Prefix.parse("::1/128"));
        add(new HostLink(LOOPBACK, "", Optional.empty(), Optional.empty(), LOOPBACK_MTU, true, true, own));
    }

    /** Puts a link there that is there at every boot. */
    void add(HostLink link) {
        links.put(link.name(), link);
        lasting.add(link.name());
    }

    /** Links that nothing makes at boot are gone. */
    void forgetMadeLinks() {
        links.keySet().retainAll(lasting);
    }

    static HostLink ethernet(InterfaceName name, String kind) {
        return new HostLink(name, kind, Optional.empty(), Optional.empty(), ETHERNET_MTU, true, false, List.of());
    }

    /** All links, for those who look without being the engine. */
    Collection<HostLink> links() {
        return links.values();
    }

    /** The host's end is set up by a networkd of the host, which is not here. */
    void addVeth(InterfaceName name) {
        links.put(name, changed(ethernet(name, "veth"), false, List.of()));
    }

    void deleteVeth(InterfaceName name) {
        links.remove(name);
    }

    @Override
    public Optional<HostLink> find(InterfaceName name) {
        return Optional.ofNullable(links.get(name));
    }

    @Override
    public List<HostLink> list() {
        List<HostLink> all = new ArrayList<>();
        faults.around(Operation.LIST_LINKS, "links", () -> all.addAll(links.values()));
        return all;
    }

    @Override
    public void createBridge(InterfaceName name) {
        faults.around(Operation.CREATE_BRIDGE, name, () -> {
            requireFree("create bridge", name);
            links.put(name, ethernet(name, "bridge"));
        });
    }

    @Override
    public void createMacvlan(InterfaceName name, InterfaceName lower) {
        faults.around(Operation.CREATE_MACVLAN, name, () -> {
            HostLink below = lower("create macvlan on", lower);
            requireFree("create macvlan", name);
            links.put(
                    name,
                    new HostLink(
                            name,
                            "macvlan",
                            Optional.of(lower),
                            Optional.empty(),
                            below.mtu(),
                            true,
                            false,
                            List.of()));
        });
    }

    @Override
    public void setUp(InterfaceName name) {
        faults.around(Operation.SET_UP, name, () -> {
            HostLink l = get("set up", name);
            links.put(name, changed(l, true, l.addresses()));
        });
    }

    @Override
    public void addAddress(InterfaceName name, Prefix address) {
        faults.around(Operation.ADD_ADDRESS, name, () -> {
            HostLink link = get("add address to", name);
            List<Prefix> addresses = new ArrayList<>(link.addresses());
            if (!addresses.contains(address)) {
                addresses.add(address);
            }
            links.put(name, changed(link, link.up(), addresses));
        });
    }

    @Override
    public void delete(Collection<InterfaceName> names) {
        for (InterfaceName name : names) {
            faults.around(Operation.DELETE_LINK, name, () -> {
                if (name.equals(LOOPBACK)) {
                    throw new UnsupportedException(Failure.of("delete", name.value(), "the loopback stays")
                            .named("EOPNOTSUPP"));
                }
                deleteWithUppers(name);
            });
        }
    }

    @Override
    public List<ContainerStatus.Interface> interfacesOf(int leader) {
        return machines.byLeader(leader).interfaces();
    }

    @Override
    public void attachMacvlan(int leader, InterfaceName name, InterfaceName lower, MacAddress mac) {
        faults.around(Operation.CREATE_MACVLAN, name, () -> {
            FakeContainer container = machines.byLeader(leader);
            if (container.nic(name).isPresent()) {
                throw new AlreadyExistsException(Failure.of("attach macvlan", name.value(), "the name is taken")
                        .named("EEXIST"));
            }
            lower("attach macvlan on", lower);
            container.nics().add(new FakeNic(name, Optional.of(lower), mac));
            networkd.accept(container);
        });
    }

    @Override
    public void detach(int leader, InterfaceName name) {
        faults.around(
                Operation.DELETE_LINK,
                name,
                () -> machines.byLeader(leader)
                        .nics()
                        .removeIf(nic -> nic.name().equals(name)));
    }

    @Override
    public void configure(int leader, InterfaceName name, Nic nic) {
        faults.around(
                Operation.ADD_ADDRESS,
                name,
                () -> machines.byLeader(leader)
                        .nic(name)
                        .orElseThrow(() -> new NotFoundException(
                                Failure.of("configure", name.value(), "there is no such interface")
                                        .named("ENODEV")))
                        .setUp(nic.mac(), nic.addresses()));
    }

    @Override
    public boolean awaitAddresses(int leader, Collection<Prefix> addresses, Duration deadline) {
        machines.byLeader(leader);
        return clock.runUntil(() -> addresses.stream().allMatch(machines.byLeader(leader)::has), deadline);
    }

    @Override
    public void close() {}

    private void deleteWithUppers(InterfaceName name) {
        links.remove(name);
        lasting.remove(name);
        machines.running().values().forEach(container -> container.loses(name));
        links.values().stream()
                .filter(l -> l.lower().equals(Optional.of(name)))
                .map(HostLink::name)
                .toList()
                .forEach(this::deleteWithUppers);
    }

    private HostLink lower(String operation, InterfaceName lower) {
        HostLink below = get(operation, lower);
        if (below.loopback()) {
            throw new HostFailureException(
                    Failure.of(operation, lower.value(), "is a loopback").named("EINVAL"));
        }
        if (below.master().isPresent()) {
            throw new HostFailureException(Failure.of(operation, lower.value(), "is a port of a bridge")
                    .named("EBUSY"));
        }
        return below;
    }

    private HostLink get(String operation, InterfaceName name) {
        return find(name)
                .orElseThrow(
                        () -> new NotFoundException(Failure.of(operation, name.value(), "there is no such interface")
                                .named("ENODEV")));
    }

    private void requireFree(String operation, InterfaceName name) {
        if (links.containsKey(name)) {
            throw new AlreadyExistsException(
                    Failure.of(operation, name.value(), "the name is taken").named("EEXIST"));
        }
    }

    private static HostLink changed(HostLink l, boolean up, List<Prefix> addresses) {
        return new HostLink(l.name(), l.kind(), l.lower(), l.master(), l.mtu(), up, l.loopback(), addresses);
    }
}
