package io.nspawn.testkit.real;

import io.nspawn.Host;
import io.nspawn.host.Topology;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.MachineName;
import io.nspawn.testkit.lab.Lab;
import java.util.Arrays;
import java.util.List;

/** Specs and networks that the classes of this package share. */
final class Setup {
    /** The second bridge's macvlan has a name too long for the kernel, which systemd-nspawn shortens. */
    static final List<String> BRIDGES = List.of("br-lt", "br-lt-storage");

    static final Topology TOPOLOGY = Topology.builder()
            .bridge(BRIDGES.get(0), "10.77.0.1/24")
            .bridge(BRIDGES.get(1))
            .build();

    private Setup() {}

    /** The image that every lab's pool holds. */
    static String image() {
        return Lab.release().baseImage();
    }

    /** A container whose init boots, with two macvlans: the slow kind. */
    static ContainerSpec.Builder booted(String name, int number) {
        return ContainerSpec.named(name)
                .image(image())
                .macvlan(BRIDGES.get(0), nic -> nic.address("10.77.0." + number + "/24"))
                .macvlan(BRIDGES.get(1), nic -> nic.address("fd77::" + number + "/64"));
    }

    /** A container of one program and no network: up at once. */
    static ContainerSpec.Builder application(String name) {
        return ContainerSpec.named(name).image(image()).runs("/bin/sleep", "infinity");
    }

    /** Removes containers that were made by the library, there or not. */
    static void remove(Host host, String... names) {
        host.removeAll(Arrays.stream(names).map(MachineName::mapped).toList(), progress -> {});
    }
}
