package io.nspawn.testkit;

import io.nspawn.model.MachineName;
import io.nspawn.testkit.Fault.MachineKilled;
import io.nspawn.testkit.Faults.Call;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What befalls the parts of a fake host. */
final class Disasters implements Blows.Target {
    /** What systemd-nspawn exits with when the processes inside were killed. */
    private static final int KILLED = 137;

    private final FakeParts parts;

    Disasters(FakeParts parts) {
        this.parts = parts;
    }

    @Override
    public void pass(Duration time) {
        parts.clock.advance(time);
    }

    @Override
    public void dropBus(Duration away) {
        parts.jobs.withoutBus(() -> parts.clock.advance(away));
        parts.watches.resync();
    }

    @Override
    public void unheard(Runnable effect) {
        parts.jobs.unheard(effect);
    }

    @Override
    public void killMachine(MachineKilled fault, Call call) {
        Optional<MachineName> machine = fault.machine().or(() -> about(call));
        machine.filter(parts.machines.running()::containsKey)
                .ifPresent(name -> parts.boots.die(name, KILLED, List.of()));
    }

    @Override
    public void fillPool() {
        parts.pool.fill();
    }

    @Override
    public void crash() {
        parts.crash();
    }

    private Optional<MachineName> about(Call call) {
        var running = parts.machines.running().keySet();
        return running.stream()
                .filter(name -> name.value().equals(call.subject()))
                .findFirst()
                .or(() -> running.stream().findFirst());
    }
}
