package io.nspawn.testkit.real;

import io.nspawn.Host;
import io.nspawn.host.HostSetup;
import io.nspawn.host.ImageRecipe;
import io.nspawn.host.Topology;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.MachineName;
import io.nspawn.model.Size;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** What a host with nothing on it is to become, by one value, and the containers that it carries then. */
final class BareHost {
    static final String BRIDGE = "br-bare";
    private static final String HOST = "172.30.4.1";
    private static final String HOST6 = "fd00:ba4e::1";

    /** Where addresses are handed out. */
    private static final String PRIVATE = "br-private";

    private static final String HANDED_OUT = "172.30.8.";
    private static final int CONTAINERS = 3;
    private static final Duration READY = Duration.ofMinutes(3);

    private BareHost() {}

    /** The setup with an image made of that archive. */
    static HostSetup setup(String image, Supplier<InputStream> archive, ImageRecipe recipe) {
        return HostSetup.forContainers(CONTAINERS)
                .loopback(Size.parse("2G"))
                .image(image, archive)
                .recipe(recipe)
                .topology(topology())
                .build();
    }

    static HostSetup setup(String image, Supplier<InputStream> archive) {
        return setup(image, archive, ImageRecipe.leanOf(image));
    }

    private static Topology topology() {
        return Topology.builder()
                .bridge(BRIDGE, s -> s.host(HOST + "/24").host(HOST6 + "/64").throughVeth())
                .privateNetwork(PRIVATE, HANDED_OUT + "1/24")
                .build();
    }

    /** The archive of a root, as a distribution's server would have it. */
    static InputStream archiveOf(Path root) {
        try {
            Process tar = new ProcessBuilder(
                            "tar", "--create", "--numeric-owner", "--xattrs", "--directory=" + root, ".")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            tar.getOutputStream().close();
            return new FilterInputStream(tar.getInputStream()) {
                @Override
                public void close() throws IOException {
                    super.close();
                    tar.destroy();
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<ContainerSpec> specs(String image) {
        String lean = ImageRecipe.leanOf(image).name().orElseThrow().value();
        return IntStream.range(0, CONTAINERS)
                .mapToObj(i -> ContainerSpec.named("lt-bare" + i)
                        .image(lean)
                        .macvlan(
                                lower(BRIDGE),
                                nic -> nic.address(address(i) + "/24").address(address6(i) + "/64"))
                        .macvlan(lower(PRIVATE), nic -> nic.dhcp())
                        .build())
                .toList();
    }

    private static String lower(String bridge) {
        return topology().segment(bridge).orElseThrow().containersOn().value();
    }

    static List<MachineName> machines(String image) {
        return specs(image).stream().map(ContainerSpec::machine).toList();
    }

    /**
     * Waits until all containers are up with their addresses, and the first reaches the last and the host.
     *
     * @throws io.nspawn.model.NspawnException if one does not come up
     * @throws AssertionError if one is not reached
     */
    static void awaitAll(Host host, String image) {
        List<MachineName> machines = machines(image);
        host.awaitAllReady(machines, READY);
        Await.until(
                "addresses that were handed out",
                () -> host.statuses(machines).stream()
                        .allMatch(status -> status.addresses().stream()
                                .anyMatch(address -> address.toString().startsWith(HANDED_OUT))));
        int last = CONTAINERS - 1;
        for (String address : List.of(address(last), address6(last), HOST, HOST6, HANDED_OUT + 1)) {
            Await.until(
                    "a way to " + address,
                    () -> host.container(machines.get(0))
                            .exec("ping", "-c1", "-W2", address)
                            .ok());
        }
    }

    private static String address(int number) {
        return "172.30.4." + (11 + number);
    }

    private static String address6(int number) {
        return "fd00:ba4e::" + (11 + number);
    }
}
