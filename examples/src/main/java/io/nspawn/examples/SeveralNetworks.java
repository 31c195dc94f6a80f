// Two containers on three bridges, IPv4 and IPv6: they reach each other where they share a network. Draws the host.
//
//     ./example several-networks            on the host in memory
//     ./example several-networks --lab      on a real host that is thrown away after (root)
package io.nspawn.examples;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.host.Topology;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ExecResult;
import io.nspawn.model.MachineName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Several networks. */
public final class SeveralNetworks {
    private SeveralNetworks() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        Stage.play(SeveralNetworks.class, arguments, memory -> {}, SeveralNetworks::show);
    }

    private static void show(Host host, String image) {
        Topology networks = Topology.builder()
                .bridge("br-mgmt", segment -> segment.host("172.29.236.1/22").host("fd00:236::1/64"))
                .bridge("br-storage", segment -> segment.mtu(9000))
                .bridge("br-vlan")
                .build();
        System.out.println(host.network().plan(networks));
        host.network().apply(networks);

        ContainerSpec galera = ContainerSpec.named("galera")
                .image(image)
                .macvlan("br-mgmt", nic -> nic.address("172.29.236.11/22").address("fd00:236::11/64"))
                .macvlan("br-storage", nic -> nic.address("172.29.244.11/22"))
                .build();
        ContainerSpec neutron = ContainerSpec.named("neutron")
                .image(image)
                .macvlan("br-mgmt", nic -> nic.address("172.29.236.12/22").address("fd00:236::12/64"))
                .macvlan("br-vlan", nic -> nic.address("172.29.248.12/22"))
                .build();

        List<MachineName> both = List.of(galera.machine(), neutron.machine());
        try (ProgressLine progress = ProgressLine.onTerminal()) {
            host.deployAll(List.of(galera, neutron), progress);
        }
        host.awaitAllReady(both, Duration.ofSeconds(60));
        host.statuses(both).forEach(status -> System.out.println(status.machine() + " " + status.addresses()));

        ping(host.container("galera"), "172.29.236.12");
        ping(host.container("galera"), "fd00:236::12");
        ping(host.container("galera"), "172.29.248.12"); // on br-vlan, where galera is not
        System.out.println(host.topology().toMermaid());

        host.removeAll(both, progress -> {});
        host.network().remove(networks);
    }

    private static void ping(Container from, String address) {
        ExecResult ping = from.exec("ping", "-c", "1", "-W", "2", address);
        System.out.println(from + " to " + address + ": " + (ping.ok() ? "answers" : "no answer"));
    }
}
