package io.nspawn.benchmarks.fake;

import io.nspawn.deploy.Plan;
import io.nspawn.model.ContainerSpec;
import io.nspawn.testkit.FakeHost;
import java.util.List;
import java.util.stream.IntStream;

/** Makes an in-memory host and deploys to it once; prints the nanoseconds of each {@link Work}, a line each. */
public final class FakeMain {
    private static final String IMAGE = "debian";
    private static final String BRIDGE = "br-mgmt";
    private static final int CONTAINERS = 1000;
    private static final int ADDRESSES = 250;

    private FakeMain() {}

    /** Does it. */
    public static void main(String[] arguments) {
        long start = System.nanoTime();
        try (FakeHost host = FakeHost.withImages(IMAGE).addLink(BRIDGE)) {
            host.systemdVersion();
            print(start);

            List<ContainerSpec> specs =
                    IntStream.range(0, CONTAINERS).mapToObj(FakeMain::spec).toList();
            host.readiness().forContainers(CONTAINERS).fix();
            start = System.nanoTime();
            Plan plan = host.plan(specs);
            print(start);
            start = System.nanoTime();
            host.deployAll(specs, progress -> {});
            print(start);
            start = System.nanoTime();
            host.deployAll(specs, progress -> {});
            print(start);
            require(!plan.changesNothing() && host.containers().size() == CONTAINERS);
        }
    }

    private static ContainerSpec spec(int number) {
        String address = "10.1." + number / ADDRESSES + "." + (number % ADDRESSES + 1) + "/16";
        return ContainerSpec.named("c" + number)
                .image(IMAGE)
                .macvlan(BRIDGE, nic -> nic.address(address))
                .build();
    }

    private static void print(long start) {
        System.out.println(System.nanoTime() - start);
    }

    private static void require(boolean deployed) {
        if (!deployed) {
            throw new IllegalStateException("what was to be deployed is not there");
        }
    }
}
