package io.nspawn.benchmarks.control;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.dbus.Bus;
import io.nspawn.dbus.Remote;
import io.nspawn.model.ContainerMetrics;
import io.nspawn.model.ExecResult;
import io.nspawn.model.MachineName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** This library, in this virtual machine. */
record Nspawn(Work work, Runnable once) implements Subject {
    private static final Duration CALL = Duration.ofSeconds(30);

    /** At everything that does not need a virtual machine of its own. */
    static List<Subject> all(Host host, Bus bus, Container booted) {
        Remote unit = new Remote(Peers.PID1, Peers.unitPath(booted.name()), Peers.UNIT);
        return List.of(
                new Nspawn(
                        Work.PROPERTY,
                        () -> require(bus.get(unit, Peers.PROPERTY, CALL).equals("active"))),
                new Nspawn(Work.LIST, () -> list(host)),
                new Nspawn(Work.EXEC, () -> exec(booted)));
    }

    private static void list(Host host) {
        List<MachineName> machines =
                host.containers().stream().map(Container::name).toList();
        Map<MachineName, ContainerMetrics> metrics = host.metrics(machines);
        require(metrics.keySet().containsAll(machines) && metrics.size() == ControlMain.CONTAINERS);
    }

    private static void exec(Container container) {
        ExecResult result = container.exec("/bin/true");
        require(result.ok());
    }

    private static void require(boolean asExpected) {
        if (!asExpected) {
            throw new IllegalStateException("another answer than expected");
        }
    }

    @Override
    public String name() {
        return "nspawn";
    }

    @Override
    public boolean startsProcesses() {
        return false;
    }

    @Override
    public long[] perform(int times) {
        return IntStream.range(0, times)
                .mapToLong(i -> {
                    long start = System.nanoTime();
                    once.run();
                    return System.nanoTime() - start;
                })
                .toArray();
    }
}
