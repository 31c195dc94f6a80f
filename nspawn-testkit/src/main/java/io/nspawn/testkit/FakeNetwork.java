package io.nspawn.testkit;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.Nic;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacAddress;
import io.nspawn.net.MacvlanMode;
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
    private final FakeFiles files;
    private Set<InterfaceName> defaultRoutes = Set.of();
    private boolean networkdRuns = true;
    private final TreeMap<InterfaceName, HostLink> links = new TreeMap<>();
    private final Set<InterfaceName> lasting = new HashSet<>();
    private Consumer<FakeContainer> networkd = container -> {};

    FakeNetwork(FakeMachines machines, FakeFiles files, VirtualClock clock, Faults faults) {
        this.machines = machines;
        this.files = files;
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
        defaultRoutes = Set.of();
        networkdRuns = true;
        List<Prefix> own = List.of(Prefix.parse("127.0.0.1/8"), Prefix.parse("::1/128"));
        add(new HostLink(LOOPBACK, "", Optional.empty(), Optional.empty(), LOOPBACK_MTU, true, true, own));
    }

    /** Puts a link there that is there at every boot. */
    void add(HostLink link) {
        links.put(link.name(), link);
        lasting.add(link.name());
    }

    /** Links that nothing makes at boot are gone; networkd makes those of its files. */
    void reboot() {
        links.keySet().retainAll(lasting);
        if (networkdRuns) {
            FakeNetworkd.read(files, this);
        }
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
    public Set<InterfaceName> defaultRoutes() {
        return Set.copyOf(defaultRoutes);
    }

    @Override
    public void create(NewLink link) {
        Operation operation = link instanceof NewLink.Bridge
                ? Operation.CREATE_BRIDGE
                : link instanceof NewLink.Veth ? Operation.CREATE_VETH : Operation.CREATE_MACVLAN;
        faults.around(operation, link.name(), () -> make(link));
    }

    /** Makes a link as the kernel does, for whoever asks. */
    void make(NewLink link) {
        if (link instanceof NewLink.Bridge bridge) {
            requireFree("create", bridge.name());
            put(ours(bridge.name(), "bridge", bridge.mtu().orElse(ETHERNET_MTU)));
        } else if (link instanceof NewLink.Veth veth) {
            HostLink bridge = get("create veth on", veth.bridge());
            requireFree("create", veth.name());
            requireFree("create", veth.peer());
            put(with(ours(veth.name(), "veth", bridge.mtu()), Optional.of(veth.peer()), Optional.of(veth.bridge())));
            put(with(ours(veth.peer(), "veth", bridge.mtu()), Optional.of(veth.name()), Optional.empty()));
        } else if (link instanceof NewLink.Macvlan macvlan) {
            HostLink below = lower("create macvlan on", macvlan.lower());
            requireFree("create", macvlan.name());
            HostLink made =
                    with(ours(macvlan.name(), "macvlan", below.mtu()), Optional.of(below.name()), Optional.empty());
            put(mode(made, macvlan.mode()));
        }
    }

    @Override
    public void setMtu(InterfaceName name, int mtu) {
        changing(name, l -> putMtu(name, mtu));
    }

    /** Sets an MTU; macvlans follow it down. */
    void putMtu(InterfaceName name, int mtu) {
        put(mtu(get("set MTU of", name), mtu));
        links.values().stream()
                .filter(upper ->
                        upper.kind().equals("macvlan") && upper.lower().equals(Optional.of(name)) && upper.mtu() > mtu)
                .toList()
                .forEach(upper -> put(mtu(upper, mtu)));
    }

    @Override
    public void setMaster(InterfaceName name, Optional<InterfaceName> bridge) {
        changing(name, l -> putMaster(name, bridge));
    }

    /** Makes a link a port, which sets it up. */
    void putMaster(InterfaceName name, Optional<InterfaceName> bridge) {
        HostLink l = get("set bridge of", name);
        bridge.ifPresent(b -> get("join", b));
        put(changed(with(l, l.lower(), bridge), l.up() || bridge.isPresent(), l.addresses()));
    }

    /** Gives a link addresses that it lacks. */
    void putAddresses(InterfaceName name, List<Prefix> more) {
        HostLink l = get("give addresses to", name);
        List<Prefix> all = new ArrayList<>(l.addresses());
        more.stream().filter(address -> !all.contains(address)).forEach(all::add);
        put(changed(l, true, all));
    }

    @Override
    public void setMode(InterfaceName name, MacvlanMode mode) {
        changing(name, l -> put(mode(l, mode)));
    }

    @Override
    public void setMode(int leader, InterfaceName name, MacvlanMode mode) {
        faults.around(
                Operation.CHANGE_LINK, name, () -> machines.byLeader(leader).setMode(name, mode));
    }

    @Override
    public void removeAddress(InterfaceName name, Prefix address) {
        faults.around(Operation.REMOVE_ADDRESS, name, () -> {
            HostLink l = get("remove address of", name);
            put(changed(
                    l,
                    l.up(),
                    l.addresses().stream().filter(a -> !a.equals(address)).toList()));
        });
    }

    @Override
    public boolean networkdRuns() {
        return networkdRuns;
    }

    @Override
    public void reloadNetworkd() {
        faults.around(Operation.RELOAD_NETWORKD, "systemd-networkd", () -> FakeNetworkd.read(files, this));
    }

    /** Whether networkd runs, and by which interfaces default routes leave; for tests. */
    void setNetworkd(boolean runs) {
        networkdRuns = runs;
    }

    /** It reads its files when it starts; one that runs stays as it is. */
    void startNetworkd() {
        if (!networkdRuns) {
            networkdRuns = true;
            FakeNetworkd.read(files, this);
        }
    }

    void setDefaultRoutes(Set<InterfaceName> names) {
        defaultRoutes = Set.copyOf(names);
    }

    private void changing(InterfaceName name, Consumer<HostLink> change) {
        faults.around(Operation.CHANGE_LINK, name, () -> change.accept(get("change", name)));
    }

    private void put(HostLink link) {
        links.put(link.name(), link);
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
            HostLink l = get("add address to", name);
            List<Prefix> all = new ArrayList<>(l.addresses());
            if (!all.contains(address)) {
                all.add(address);
            }
            put(changed(l, l.up(), all));
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
        HostLink gone = links.remove(name);
        lasting.remove(name);
        machines.running().values().forEach(container -> container.loses(name));
        links.values().stream()
                .filter(l -> l.master().equals(Optional.of(name)))
                .toList()
                .forEach(port -> put(with(port, port.lower(), Optional.empty())));
        if (gone != null && gone.kind().equals("veth")) {
            gone.lower().filter(links::containsKey).ifPresent(this::deleteWithUppers);
        }
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
            throw new BusyException(Failure.of(operation, lower.value(), "is a port of a bridge")
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
        return new HostLink(
                l.name(), l.kind(), l.lower(), l.master(), l.mtu(), up, l.loopback(), addresses, l.group(), l.mode());
    }

    private static HostLink ours(InterfaceName name, String kind, int mtu) {
        Optional<InterfaceName> none = Optional.empty();
        return new HostLink(name, kind, none, none, mtu, true, false, List.of(), GROUP, Optional.empty());
    }

    private static HostLink with(HostLink l, Optional<InterfaceName> lower, Optional<InterfaceName> master) {
        return new HostLink(
                l.name(), l.kind(), lower, master, l.mtu(), l.up(), l.loopback(), l.addresses(), l.group(), l.mode());
    }

    private static HostLink mtu(HostLink l, int mtu) {
        return new HostLink(
                l.name(),
                l.kind(),
                l.lower(),
                l.master(),
                mtu,
                l.up(),
                l.loopback(),
                l.addresses(),
                l.group(),
                l.mode());
    }

    private static HostLink mode(HostLink l, MacvlanMode mode) {
        return new HostLink(
                l.name(),
                l.kind(),
                l.lower(),
                l.master(),
                l.mtu(),
                l.up(),
                l.loopback(),
                l.addresses(),
                l.group(),
                Optional.of(mode));
    }
}
