package com.example.deployer;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import java.time.Duration;

/** What a stranger writes first. */
final class Deployer {
    private final Host host;

    Deployer(Host host) {
        this.host = host;
    }

    Container deploy(String name, String address) {
        ContainerSpec spec = ContainerSpec.named(name)
                .image("debian-12")
                .macvlan("br-mgmt", nic -> nic.address(address))
                .build();
        Container container = host.deploy(spec);
        container.awaitReady(Duration.ofSeconds(60));
        return container;
    }
}
