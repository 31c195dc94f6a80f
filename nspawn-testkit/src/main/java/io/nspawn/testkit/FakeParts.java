package io.nspawn.testkit;

import io.nspawn.spi.HostFiles;
import io.nspawn.spi.HostNetwork;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.MachineControl;
import io.nspawn.spi.PoolBacking;
import io.nspawn.spi.RootFiles;
import java.nio.charset.StandardCharsets;

/** The parts of one fake host, joined. Whoever touches them holds the monitor. */
final class FakeParts {
    private static final String MACHINE_ID = "0123456789abcdef0123456789abcdef";

    final Object monitor = new Object();
    final VirtualClock clock = new VirtualClock(monitor);
    final HeardJobs jobs = new HeardJobs();
    final Faults faults = new Faults(monitor, new Blows(new Disasters(this)));
    final FakeLocks locks = new FakeLocks(monitor, clock);
    final Unsynced unsynced = new Unsynced(clock);
    final FakePool pool = new FakePool(unsynced);
    final FakeTransfers transfers = new FakeTransfers(monitor, pool, clock);
    final FakeMachines machines = new FakeMachines(clock::now);
    final FakeFiles files = new FakeFiles(pool, locks, machines, clock, faults, unsynced);
    final FakeNetwork network = new FakeNetwork(machines, files, clock, faults);
    final UnitFiles unitFiles = new UnitFiles(files);
    final Boots boots = new Boots(machines, pool, files, network, clock);
    final FakeExec exec = new FakeExec(machines, pool, new Ping(machines, network), clock);
    final FakeJournal journal = new FakeJournal();
    final FakeUsage usage = new FakeUsage(machines, unitFiles);
    final FakeWatches watches = new FakeWatches(machines, pool, transfers);
    final FakeMachineControl control = new FakeMachineControl(this);

    FakeParts() {
        clock.afterEach(watches::look);
        network.onAttached(Networkd::setUp);
        putMachineId();
        unsynced.sync();
    }

    HostPorts ports() {
        ImageStore images = new FakeImageStore(
                pool,
                Serialized.port(PoolBacking.class, new FakePoolBacking(pool, faults), monitor, watches::look),
                machines,
                files,
                transfers,
                new FakeSources(pool, files, transfers),
                clock,
                faults,
                files -> Serialized.port(RootFiles.class, files, monitor, watches::look));
        return new HostPorts(
                Serialized.port(ImageStore.class, images, monitor, watches::look),
                Serialized.port(MachineControl.class, control, monitor, watches::look),
                Serialized.port(HostNetwork.class, network, monitor, watches::look),
                Serialized.port(HostFiles.class, files, monitor, watches::look));
    }

    /** A host as it is when it was just installed. */
    void reset() {
        clock.reset();
        locks.reset();
        jobs.reset();
        files.reset();
        putMachineId();
        pool.reset();
        transfers.reset();
        machines.reset();
        network.reset();
        unitFiles.reload();
        boots.reset();
        exec.reset();
        journal.reset();
        control.enabled().clear();
        faults.reset();
        unsynced.sync();
        watches.resync();
    }

    /** Power is lost and comes back: what was not durable is gone, and what is enabled is started. */
    void crash() {
        clock.forgetEvents();
        locks.reset();
        jobs.reset();
        unsynced.lose();
        pool.loseUnsynced();
        machines.reset();
        files.forgetRuntimeUnits();
        network.reboot();
        files.forgetKernelSettings();
        files.forgetRuntimeFiles();
        unitFiles.reload();
        unsynced.sync();
        control.enabled().forEach(boots::start);
        watches.resync();
    }

    private void putMachineId() {
        files.tree().write("etc/machine-id", (MACHINE_ID + "\n").getBytes(StandardCharsets.US_ASCII), 0444);
    }
}
