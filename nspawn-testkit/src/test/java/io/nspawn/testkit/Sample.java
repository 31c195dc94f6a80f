package io.nspawn.testkit;

import io.nspawn.model.ContainerSpec;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Specs and hosts that many tests share. */
final class Sample {
    static final String IMAGE = "debian-12";

    private Sample() {}

    static FakeHost host() {
        return FakeHost.withImages(IMAGE)
                .addLink("br-mgmt")
                .addLink("br-storage-net")
                .addDirectory("/srv/data");
    }

    static ContainerSpec spec(int number) {
        return builder(number).build();
    }

    static ContainerSpec.Builder builder(int number) {
        return ContainerSpec.named("infra_node-" + number)
                .image(IMAGE)
                .macvlan("br-mgmt", nic -> nic.address("172.29.236." + (10 + number) + "/22"))
                .macvlan("br-storage-net", nic -> nic.address("fd00:5::" + (10 + number) + "/64"))
                .bind("/srv/data", "/var/lib/data")
                .device("/dev/net/tun")
                .limits(l -> l.memory("4G").tasks(4096));
    }

    static List<ContainerSpec> specs(int count) {
        return IntStream.range(0, count).mapToObj(Sample::spec).toList();
    }

    /** The dump of a host on which nothing is under way any more. */
    static String settled(FakeHost host) {
        host.clock().advance(Duration.ofMinutes(1));
        return host.dump();
    }

    /** What differs from an earlier dump, once nothing is under way any more. */
    static List<String> changes(FakeHost host, String dump) {
        settled(host);
        return host.changesSince(dump);
    }
}
