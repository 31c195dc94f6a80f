package io.nspawn.testkit;

import io.nspawn.model.MachineName;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.IpAddress;
import io.nspawn.net.MacvlanMode;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.testkit.ExecScript.Reply;
import io.nspawn.testkit.FakeContainer.FakeNic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code ping [-c N] … ADDRESS} in a container. Macvlans of mode bridge on one lower interface reach each other, the host's
 * own included; what stands on the lower interface itself is out of their reach, and on a bridge that it is a veth pair
 * away from is not.
 */
final class Ping {
    private final FakeMachines machines;
    private final FakeNetwork network;

    Ping(FakeMachines machines, FakeNetwork network) {
        this.machines = machines;
        this.network = network;
    }

    Reply run(MachineName machine, FakeContainer from, List<String> arguments) {
        String target = arguments.isEmpty() ? "" : arguments.get(arguments.size() - 1);
        IpAddress address;
        try {
            address = IpAddress.parse(target);
        } catch (IllegalArgumentException e) {
            return Reply.failed(2, "ping: " + target + ": Name or service not known\n");
        }
        int count = count(arguments);
        if (isOwn(from, address)) {
            return reply(target, count, true);
        }
        Optional<FakeNic> out =
                from.nics().stream().filter(n -> n.reaches(address)).findFirst();
        if (out.isEmpty()) {
            return Reply.failed(2, "ping: connect: Network is unreachable\n");
        }
        boolean there = isOnContainer(machine, out.get(), address) || isOnHost(out.get(), address);
        return reply(target, count, there);
    }

    private static boolean isOwn(FakeContainer from, IpAddress address) {
        return address.toInetAddress().isLoopbackAddress()
                || from.nics().stream().anyMatch(n -> n.holds(address));
    }

    private boolean isOnContainer(MachineName sender, FakeNic from, IpAddress address) {
        return machines.running().entrySet().stream()
                .filter(e -> !e.getKey().equals(sender))
                .flatMap(e -> e.getValue().nics().stream())
                .anyMatch(n -> n.holds(address)
                        && n.lower().isPresent()
                        && meet(from, n.lower().get(), n.mode()));
    }

    private boolean isOnHost(FakeNic from, IpAddress address) {
        return network.links().stream()
                .filter(l -> l.up()
                        && l.addresses().stream().anyMatch(p -> p.address().equals(address)))
                .anyMatch(l -> l.kind().equals("macvlan")
                        ? meet(from, l.lower().orElseThrow(), l.mode().orElse(MacvlanMode.BRIDGE))
                        : !from.lower().equals(Optional.of(l.name()))
                                && from.lower().map(this::wire).equals(Optional.of(l.name())));
    }

    /** Whether a macvlan reaches another one: on the same interface by their modes, else over the bridge between. */
    private boolean meet(FakeNic from, InterfaceName lower, MacvlanMode mode) {
        if (from.lower().equals(Optional.of(lower))) {
            return from.mode() == MacvlanMode.BRIDGE && mode == MacvlanMode.BRIDGE;
        }
        return from.lower().map(this::wire).equals(Optional.of(wire(lower)));
    }

    /** The bridge that an interface leads to: through a veth pair, or itself. */
    private InterfaceName wire(InterfaceName lower) {
        return network.find(lower)
                .filter(l -> l.kind().equals("veth"))
                .flatMap(HostLink::lower)
                .flatMap(network::find)
                .flatMap(HostLink::master)
                .orElse(lower);
    }

    private static int count(List<String> arguments) {
        int option = arguments.indexOf("-c");
        boolean given = option >= 0 && arguments.get(option + 1).matches("\\d{1,6}");
        return given ? Integer.parseInt(arguments.get(option + 1)) : 1;
    }

    private static Reply reply(String target, int count, boolean there) {
        String text = "--- " + target + " ping statistics ---\n" + count + " packets transmitted, "
                + (there ? count : 0) + " received, " + (there ? 0 : 100) + "% packet loss\n";
        return new Reply(there ? 0 : 1, text, "", Duration.ofSeconds(there ? count - 1L : count + 9L));
    }
}
