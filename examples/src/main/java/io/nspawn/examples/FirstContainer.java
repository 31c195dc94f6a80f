// A container from an image, with an address of its own: plan, deploy, status, and nothing left after.
//
//     ./example first-container            on the host in memory
//     ./example first-container --lab      on a real host that is thrown away after (root)
package io.nspawn.examples;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.host.Topology;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerStatus;
import java.io.IOException;
import java.time.Duration;

/** The first container. */
public final class FirstContainer {
    private FirstContainer() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        Stage.play(FirstContainer.class, arguments, memory -> {}, FirstContainer::show);
    }

    private static void show(Host host, String image) {
        Topology network =
                Topology.builder().bridge("br-mgmt", "172.29.236.1/22").build();
        host.network().apply(network).forEach(change -> System.out.println("network: " + change));
        host.readiness().forContainers(1).requireOk();

        ContainerSpec spec = ContainerSpec.named("web_container-4ed0d84a")
                .image(image)
                .boots()
                .macvlan("br-mgmt", nic -> nic.address("172.29.236.11/22"))
                .limits(l -> l.memory("512M").tasks(512))
                .build();
        System.out.println(host.plan(spec)); // nothing is touched yet

        Container web = host.deploy(spec);
        ContainerStatus status = web.awaitReady(Duration.ofSeconds(60));
        System.out.println(status.machine() + " is " + status.state() + " with " + status.addresses());
        System.out.println("a second deploy changes nothing: " + host.plan(spec).changesNothing());

        web.remove();
        host.network().remove(network);
        System.out.println("removed; containers now: " + host.containers());
    }
}
