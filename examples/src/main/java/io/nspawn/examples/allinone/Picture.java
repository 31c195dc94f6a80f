// Draws the all-in-one layout, 32 containers on five bridges, as docs/all-in-one.svg shows it.
//
//     ./example picture > all-in-one.svg            on the host in memory
package io.nspawn.examples.allinone;

import io.nspawn.model.ContainerSpec;
import io.nspawn.testkit.FakeHost;
import java.time.Duration;
import java.util.List;

/** The all-in-one layout as a picture. */
public final class Picture {
    private static final String IMAGE = "debian-12";
    private static final int CONTAINERS = 32;

    private Picture() {}

    public static void main(String... arguments) {
        System.out.print(svg());
    }

    static String svg() {
        try (FakeHost host = FakeHost.withImages(IMAGE)) {
            List<ContainerSpec> specs = Layout.specs(CONTAINERS, IMAGE);
            host.readiness().forContainers(CONTAINERS).fix();
            host.network().apply(Layout.topology());
            host.deployAll(specs, progress -> {});
            host.awaitAllReady(specs.stream().map(ContainerSpec::machine).toList(), Duration.ofMinutes(1));
            return host.topology().toSvg();
        }
    }
}
