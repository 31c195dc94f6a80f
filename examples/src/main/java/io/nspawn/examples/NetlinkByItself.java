// The module nspawn-net without the rest: bridge, veth pair, macvlan, addresses and events by rtnetlink, in a network
// namespace that is thrown away after. The host's own links are not touched.
//
//     ./example netlink            as root, with unshare(1)
package io.nspawn.examples;

import io.nspawn.net.Address;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.IpAddress;
import io.nspawn.net.Link;
import io.nspawn.net.LinkSpec;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.NetworkNamespace;
import io.nspawn.net.Prefix;
import io.nspawn.net.RouteEvent;
import io.nspawn.net.RouteEvents;
import io.nspawn.net.RouteSocket;
import io.nspawn.net.VethPeer;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Links, from Java. */
public final class NetlinkByItself {
    private NetlinkByItself() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        Programs.requireRoot();
        // What it is told it says again, once it is in its namespace; it ends with its input.
        Process inside = new ProcessBuilder("unshare", "--net", "cat")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = inside.inputReader();
                BufferedWriter input = inside.outputWriter()) {
            input.write("inside\n");
            input.flush();
            if (!"inside".equals(said.readLine())) {
                throw new IllegalStateException("no network namespace could be made; run this as root");
            }
            show(NetworkNamespace.ofProcess(inside.pid()));
        } finally {
            inside.destroy();
            inside.waitFor();
        }
    }

    private static void show(NetworkNamespace namespace) {
        try (RouteSocket socket = RouteSocket.open(namespace);
                RouteEvents events = RouteEvents.open(namespace, Set.of(RouteEvents.Topic.LINKS))) {
            Link bridge = socket.links().create(LinkSpec.bridge("br-mgmt").up());
            Link veth = socket.links()
                    .create(LinkSpec.veth("veth0", new VethPeer(InterfaceName.of("veth1")).setUp())
                            .master(bridge.index())
                            .up());
            Link lower = socket.links().get("veth1");
            Link macvlan = socket.links()
                    .create(LinkSpec.macvlan("mv0", lower.index(), MacvlanMode.BRIDGE)
                            .up());
            socket.addresses().add(Address.of(macvlan.index(), Prefix.parse("172.29.236.11/22")));
            System.out.println("made " + bridge.name() + ", " + veth.name() + ", " + macvlan.name());

            socket.links().list().forEach(link -> System.out.println("  " + link));
            socket.addresses().list().forEach(address -> System.out.println("  " + address.prefix()));
            socket.routes().list(IpAddress.Family.V4).forEach(route -> System.out.println("  " + route));

            socket.links().delete(bridge.index());
            System.out.println("heard: " + removalOf(bridge, events).map(Link::name));
        }
    }

    private static Optional<Link> removalOf(Link wanted, RouteEvents events) {
        Optional<RouteEvent> event = events.next(Duration.ofSeconds(5));
        while (event.isPresent()) {
            if (event.get() instanceof RouteEvent.LinkRemoved removed
                    && removed.link().index() == wanted.index()) {
                return Optional.of(removed.link());
            }
            event = events.next(Duration.ofSeconds(5));
        }
        return Optional.empty();
    }
}
