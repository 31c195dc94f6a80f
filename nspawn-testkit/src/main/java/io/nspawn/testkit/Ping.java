package io.nspawn.testkit;

import io.nspawn.model.MachineName;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.IpAddress;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.testkit.ExecScript.Reply;
import io.nspawn.testkit.FakeContainer.FakeNic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code ping [-c N] … ADDRESS} in a container. Macvlans on one lower interface reach each other, the host's own macvlans
 * included; what stands on the lower interface itself is out of their reach.
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
        boolean there = out.get()
                .lower()
                .map(lower -> isOnContainer(machine, lower, address) || isOnHost(lower, address))
                .orElse(false);
        return reply(target, count, there);
    }

    private static boolean isOwn(FakeContainer from, IpAddress address) {
        return address.toInetAddress().isLoopbackAddress()
                || from.nics().stream().anyMatch(n -> n.holds(address));
    }

    private boolean isOnContainer(MachineName sender, InterfaceName lower, IpAddress address) {
        return machines.running().entrySet().stream()
                .filter(e -> !e.getKey().equals(sender))
                .flatMap(e -> e.getValue().nics().stream())
                .anyMatch(n -> n.lower().equals(Optional.of(lower)) && n.holds(address));
    }

    private boolean isOnHost(InterfaceName lower, IpAddress address) {
        return network.links().stream()
                .filter(l -> l.up() && l.kind().equals("macvlan"))
                .filter(l -> l.lower().equals(Optional.of(lower)))
                .map(HostLink::addresses)
                .flatMap(List::stream)
                .anyMatch(p -> p.address().equals(address));
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
