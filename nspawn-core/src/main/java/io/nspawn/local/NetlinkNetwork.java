package io.nspawn.local;

import io.nspawn.dbus.Networkd;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.Nic;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import io.nspawn.model.PermissionDeniedException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.net.Address;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.IpAddress;
import io.nspawn.net.Link;
import io.nspawn.net.LinkDetails;
import io.nspawn.net.LinkSpec;
import io.nspawn.net.MacAddress;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.NetlinkException;
import io.nspawn.net.NetworkNamespace;
import io.nspawn.net.Prefix;
import io.nspawn.net.Route;
import io.nspawn.net.RouteSocket;
import io.nspawn.net.VethPeer;
import io.nspawn.spi.HostNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import jnr.constants.platform.Errno;

/** The links of this machine, and of its containers from inside. */
final class NetlinkNetwork implements HostNetwork {
    private final Native os;
    private final Supplier<Networkd> networkd;
    private final RouteSocket socket;

    NetlinkNetwork(Native os, Supplier<Networkd> networkd) {
        this.os = os;
        this.networkd = networkd;
        this.socket = asking("open", "rtnetlink", RouteSocket::open);
    }

    @Override
    public Optional<HostLink> find(InterfaceName name) {
        return asking(
                "look up",
                name.value(),
                () -> socket.links().find(name).flatMap(link -> {
                    List<Prefix> addresses = prefixes(socket.addresses().list(link.index()));
                    return hostLink(
                            link, addresses, index -> socket.links().find(index).flatMap(NetlinkNetwork::name));
                }));
    }

    @Override
    public List<HostLink> list() {
        return asking("list", "links", () -> {
            List<Link> links = socket.links().list();
            Map<Integer, List<Address>> addresses =
                    socket.addresses().list().stream().collect(Collectors.groupingBy(Address::link));
            Map<Integer, Link> byIndex = links.stream().collect(Collectors.toMap(Link::index, link -> link));
            List<HostLink> all = new ArrayList<>();
            for (Link link : links) {
                List<Prefix> its = prefixes(addresses.getOrDefault(link.index(), List.of()));
                hostLink(
                                link,
                                its,
                                index -> Optional.ofNullable(byIndex.get(index)).flatMap(NetlinkNetwork::name))
                        .ifPresent(all::add);
            }
            return all;
        });
    }

    @Override
    public Set<InterfaceName> defaultRoutes() {
        return asking("list", "routes", () -> {
            Set<InterfaceName> names = new TreeSet<>();
            for (IpAddress.Family family : IpAddress.Family.values()) {
                for (Route route : socket.routes().list(family)) {
                    if (route.destination().length() == 0) {
                        route.link().ifPresent(index -> name(index).ifPresent(names::add));
                        route.hops().forEach(hop -> name(hop.link()).ifPresent(names::add));
                    }
                }
            }
            return names;
        });
    }

    @Override
    public void create(NewLink link) {
        asking("create", link.name().value(), () -> {
            if (link instanceof NewLink.Bridge bridge) {
                createBridge(bridge);
            } else if (link instanceof NewLink.Veth veth) {
                createVeth(veth);
            } else if (link instanceof NewLink.Macvlan macvlan) {
                int lower = index(macvlan.lower());
                socket.links()
                        .create(LinkSpec.macvlan(macvlan.name().value(), lower, macvlan.mode())
                                .group(GROUP)
                                .up());
            }
            return link;
        });
    }

    /** Only an MTU that is set afterwards is one that the bridge keeps when ports join (br_mtu_auto_adjust). */
    private void createBridge(NewLink.Bridge bridge) {
        int index = socket.links()
                .create(LinkSpec.bridge(bridge.name().value()).group(GROUP).up())
                .index();
        orDelete(index, () -> bridge.mtu().ifPresent(mtu -> socket.links().mtu(index, mtu)));
    }

    private void createVeth(NewLink.Veth veth) {
        Link bridge = socket.links().get(veth.bridge().value());
        int mtu = (int) bridge.mtu();
        VethPeer peer = new VethPeer(veth.peer()).mtu(mtu).setUp();
        int index = socket.links()
                .create(LinkSpec.veth(veth.name().value(), peer)
                        .mtu(mtu)
                        .group(GROUP)
                        .master(bridge.index())
                        .up())
                .index();
        orDelete(index, () -> socket.links().group(index(veth.peer()), GROUP));
    }

    private void orDelete(int index, Runnable rest) {
        try {
            rest.run();
        } catch (NetlinkException e) {
            socket.links().delete(index);
            throw e;
        }
    }

    @Override
    public void setMtu(InterfaceName name, int mtu) {
        changing("set MTU " + mtu + " of", name, index -> socket.links().mtu(index, mtu));
    }

    @Override
    public void setMaster(InterfaceName name, Optional<InterfaceName> bridge) {
        changing("set bridge of", name, index -> {
            if (bridge.isPresent()) {
                socket.links().master(index, index(bridge.get()));
                socket.links().up(index);
            } else {
                socket.links().noMaster(index);
            }
        });
    }

    @Override
    public void setMode(InterfaceName name, MacvlanMode mode) {
        changing("set mode " + mode + " of", name, index -> socket.macvlans().mode(index, mode));
    }

    @Override
    public void setMode(int leader, InterfaceName name, MacvlanMode mode) {
        inside(leader, inside -> {
            inside.macvlans().mode(inside.links().get(name.value()).index(), mode);
            return name;
        });
    }

    @Override
    public void setUp(InterfaceName name) {
        changing("set up", name, index -> socket.links().up(index));
    }

    @Override
    public void addAddress(InterfaceName name, Prefix address) {
        asking("add address " + address + " to", name.value(), () -> {
            int index = socket.links().get(name.value()).index();
            socket.addresses().replace(Address.of(index, address));
            return name;
        });
    }

    @Override
    public void removeAddress(InterfaceName name, Prefix address) {
        changing("remove address " + address + " of", name, index -> {
            for (Address present : socket.addresses().list(index)) {
                if (present.prefix().equals(address)) {
                    socket.addresses().delete(present);
                }
            }
        });
    }

    @Override
    public boolean networkdRuns() {
        return networkd.get().runs();
    }

    @Override
    public void reloadNetworkd() {
        networkd.get().reload();
    }

    private int index(InterfaceName name) {
        return socket.links().get(name.value()).index();
    }

    private Optional<InterfaceName> name(int index) {
        return socket.links().find(index).flatMap(NetlinkNetwork::name);
    }

    private void changing(String operation, InterfaceName name, IntConsumer change) {
        asking(operation, name.value(), () -> {
            change.accept(index(name));
            return name;
        });
    }

    @Override
    public void delete(Collection<InterfaceName> names) {
        asking("delete links", names.toString(), () -> {
            List<Link> links = names.stream()
                    .flatMap(name -> socket.links().find(name).stream())
                    .toList();
            socket.links().deleteAll(links);
            return links;
        });
    }

    @Override
    public List<ContainerStatus.Interface> interfacesOf(int leader) {
        return inside(leader, inside -> {
            Map<Integer, List<Address>> addresses =
                    inside.addresses().list().stream().collect(Collectors.groupingBy(Address::link));
            List<ContainerStatus.Interface> interfaces = new ArrayList<>();
            for (Link link : inside.links().list()) {
                if (!link.isLoopback() && InterfaceName.isValid(link.name())) {
                    interfaces.add(new ContainerStatus.Interface(
                            InterfaceName.of(link.name()),
                            link.mac(),
                            link.isUp(),
                            prefixes(addresses.getOrDefault(link.index(), List.of()))));
                }
            }
            return interfaces;
        });
    }

    @Override
    public void attachMacvlan(int leader, InterfaceName name, InterfaceName lower, MacAddress mac) {
        asking("attach macvlan", name.value(), () -> {
            Link below = socket.links().get(lower.value());
            LinkSpec spec = LinkSpec.macvlan(name.value(), below.index(), MacvlanMode.BRIDGE)
                    .mac(mac);
            socket.links().createIn(NetworkNamespace.ofProcess(leader), spec.ensureLowerUp());
            return name;
        });
    }

    @Override
    public void detach(int leader, InterfaceName name) {
        inside(leader, inside -> {
            inside.links().find(name).ifPresent(link -> inside.links().delete(link.index()));
            return name;
        });
    }

    @Override
    public void configure(int leader, InterfaceName name, Nic nic) {
        inside(leader, inside -> {
            NicSetup.apply(inside, inside.links().get(name.value()), nic);
            return name;
        });
    }

    @Override
    public boolean awaitAddresses(int leader, Collection<Prefix> addresses, Duration deadline) {
        if (addresses.isEmpty()) {
            return true;
        }
        return asking(
                "await addresses of",
                "process " + leader,
                () -> AddressWait.until(os, leader, Set.copyOf(addresses), deadline));
    }

    @Override
    public void close() {
        socket.close();
    }

    @FunctionalInterface
    private interface Look<T> {
        T at(RouteSocket inside);
    }

    private static <T> T inside(int leader, Look<T> look) {
        return asking("look into", "process " + leader, () -> {
            try (RouteSocket inside = RouteSocket.open(NetworkNamespace.ofProcess(leader))) {
                return look.at(inside);
            }
        });
    }

    @FunctionalInterface
    private interface Names {
        Optional<InterfaceName> of(int index);
    }

    /** A link whose name only the kernel would allow cannot be named here, and so is passed over. */
    private static Optional<HostLink> hostLink(Link link, List<Prefix> addresses, Names names) {
        return name(link)
                .map(name -> new HostLink(
                        name,
                        link.kind(),
                        link.lower().filter(Link.Lower::isHere).flatMap(lower -> names.of(lower.index())),
                        link.master().isPresent() ? names.of(link.master().getAsInt()) : Optional.empty(),
                        (int) Math.min(link.mtu(), Integer.MAX_VALUE),
                        link.isUp(),
                        link.isLoopback(),
                        addresses,
                        link.group(),
                        link.details() instanceof LinkDetails.Macvlan macvlan ? macvlan.mode() : Optional.empty()));
    }

    private static Optional<InterfaceName> name(Link link) {
        return InterfaceName.isValid(link.name()) ? Optional.of(InterfaceName.of(link.name())) : Optional.empty();
    }

    private static List<Prefix> prefixes(List<Address> addresses) {
        return addresses.stream().map(Address::prefix).toList();
    }

    private static <T> T asking(String operation, String subject, Supplier<T> call) {
        try {
            return call.get();
        } catch (NetlinkException e) {
            throw translate(operation, subject, e);
        }
    }

    private static Optional<String> errorName(NetlinkException e) {
        return e.errno().isPresent()
                ? Optional.of(Errno.valueOf(e.errno().getAsInt()).name())
                : Optional.empty();
    }

    private static NspawnException translate(String operation, String subject, NetlinkException e) {
        Failure failure = new Failure(
                operation,
                subject,
                String.valueOf(e.getMessage()),
                errorName(e),
                e.remedy(),
                Outcome.valueOf(e.outcome().name()));
        if (e instanceof NetlinkException.NotFound) {
            return new NotFoundException(failure, e);
        }
        if (e instanceof NetlinkException.AlreadyExists) {
            return new AlreadyExistsException(failure, e);
        }
        if (e instanceof NetlinkException.Busy || e instanceof NetlinkException.AddressInUse) {
            return new BusyException(failure, e);
        }
        if (e instanceof NetlinkException.PermissionDenied) {
            return new PermissionDeniedException(failure, e);
        }
        if (e instanceof NetlinkException.Unsupported) {
            return new UnsupportedException(failure, e);
        }
        if (e instanceof NetlinkException.Timeout) {
            return new DeadlineExceededException(failure, e);
        }
        if (e instanceof NetlinkException.Interrupted) {
            return new InterruptedOperationException(failure, e);
        }
        return new HostFailureException(failure, e);
    }
}
