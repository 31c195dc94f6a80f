package io.nspawn.deploy;

import io.nspawn.config.NetworkFile;
import io.nspawn.deploy.Step.AttachNic;
import io.nspawn.deploy.Step.ConfigureNics;
import io.nspawn.model.ExecResult;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.MachineName;
import io.nspawn.model.Nic;
import io.nspawn.model.NotFoundException;
import io.nspawn.spi.HostNetwork;
import io.nspawn.spi.MachineControl;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** The phases that act on the interfaces of containers that run. */
final class NicActions {
    private final HostNetwork network;
    private final MachineControl machines;
    private final Duration deadline;

    NicActions(HostNetwork network, MachineControl machines, Duration deadline) {
        this.network = network;
        this.machines = machines;
        this.deadline = deadline;
    }

    void reload(List<Step> steps, Ledger ledger, Tally tally) {
        for (Step step : steps) {
            reload(step.machine().orElseThrow());
            tally.done(step);
        }
    }

    /** Has networkd read its files; it also sets up again what they changed (networkctl(1), {@code reload}). */
    void reload(MachineName machine) {
        ExecResult result = machines.inside(machine).exec(ExecSpec.of("networkctl", "reload"), deadline);
        if (result.exitCode() != 0) {
            throw new HostFailureException(Failure.of(
                            "reload the network of",
                            machine.value(),
                            "networkctl said: " + result.stderr().strip())
                    .remedy("Enable systemd-networkd in the image, or restart the container instead."));
        }
    }

    void attach(List<Step> steps, Ledger ledger, Tally tally) {
        for (Step step : steps) {
            AttachNic attach = (AttachNic) step;
            int leader = leader(attach.name());
            boolean there =
                    network.interfacesOf(leader).stream().anyMatch(i -> i.name().equals(attach.inside()));
            if (!there) {
                ledger.before(attach.inside() + " in " + attach.name(), () -> network.detach(leader, attach.inside()));
                network.attachMacvlan(leader, attach.inside(), attach.nic().lower(), attach.mac());
            }
            if (attach.configured()) {
                network.configure(leader, attach.inside(), attach.nic());
            }
            tally.done(step);
        }
    }

    void configure(ConfigureNics step) {
        int leader = leader(step.name());
        for (Nic nic : step.nics()) {
            network.configure(leader, NetworkFile.interfaceName(nic), nic);
        }
    }

    private int leader(MachineName machine) {
        return machines.leaders(List.of(machine))
                .getOrDefault(machine, OptionalInt.empty())
                .orElseThrow(() ->
                        new NotFoundException(Failure.of("enter the network of", machine.value(), "it does not run")));
    }
}
