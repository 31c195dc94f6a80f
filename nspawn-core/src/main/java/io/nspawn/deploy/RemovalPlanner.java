package io.nspawn.deploy;

import io.nspawn.config.Provenance.Origin;
import io.nspawn.config.UnitDropIn;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.deploy.Plan.Change;
import io.nspawn.deploy.Plan.PlannedStep;
import io.nspawn.deploy.Step.DeleteFile;
import io.nspawn.deploy.Step.DisableUnit;
import io.nspawn.deploy.Step.ReloadUnits;
import io.nspawn.deploy.Step.RemoveRoot;
import io.nspawn.deploy.Step.RemoveSnapshot;
import io.nspawn.deploy.Step.StopUnit;
import io.nspawn.deploy.Step.SweepRoot;
import io.nspawn.model.Finding;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.MachineName;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.MachineControl.UnitState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Plans the removal of containers: all that a deploy made, and nothing else. */
public final class RemovalPlanner {
    private final HostPorts host;
    private final SnapshotActions snapshots;

    public RemovalPlanner(HostPorts host) {
        this.host = host;
        this.snapshots = new SnapshotActions(host);
    }

    /**
     * Plans a removal; a container that is not there, or only in part, is removed as far as it is there.
     *
     * @throws InvalidSpecException if one of them was not made by this library
     */
    public Plan plan(Collection<MachineName> machines) {
        HostSnapshot snapshot = HostSnapshot.of(host, machines);
        List<PlannedStep> steps = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        for (MachineName machine : machines.stream().distinct().toList()) {
            refuseForeign(machine, snapshot).ifPresent(findings::add);
            container(steps, machine, snapshot);
        }
        if (!findings.isEmpty()) {
            throw new InvalidSpecException(findings);
        }
        boolean changed = steps.stream()
                .filter(s -> s.step() instanceof DeleteFile || s.step() instanceof DisableUnit)
                .anyMatch(s -> !s.isUnchanged());
        boolean stale = changed || snapshot.units().values().stream().anyMatch(UnitState::needsReload);
        steps.add(new PlannedStep(new ReloadUnits(), stale ? Change.MODIFY : Change.UNCHANGED, ""));
        steps.sort(Comparator.comparing(s -> s.step().phase()));
        return new Plan(steps, List.of());
    }

    private Optional<Finding> refuseForeign(MachineName machine, HostSnapshot snapshot) {
        Path file = SettingsFile.path(machine);
        Optional<Origin> origin = snapshot.origin(file, machine);
        boolean foreign = origin.isEmpty() ? snapshot.hasRoot(machine) : origin.get() instanceof Origin.Foreign;
        if (!foreign) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                machine.value(), "was not made by this library", "remove it with machinectl remove " + machine));
    }

    private void container(List<PlannedStep> steps, MachineName machine, HostSnapshot snapshot) {
        UnitState unit = snapshot.units().get(machine);
        boolean idle = unit == null || unit.activeState().equals("inactive");
        boolean disabled = unit == null || !unit.enabled();
        steps.add(step(new StopUnit(machine), !idle));
        steps.add(step(new DisableUnit(machine), !disabled));
        if (snapshot.roots().containsKey(Step.staging(machine))) {
            steps.add(step(new SweepRoot(Step.staging(machine)), true));
        }
        steps.add(step(new DeleteFile(machine, UnitDropIn.path(machine)), hasDropIn(machine, snapshot)));
        // Limits that were set while it ran would hold for the next container of that name.
        Path runtime = UnitDropIn.runtimeDirectory(machine);
        List<Path> runtimeFiles = host.files().list(runtime);
        if (runtimeFiles.isEmpty() && host.files().exists(runtime)) {
            steps.add(step(new DeleteFile(machine, runtime), true));
        }
        runtimeFiles.forEach(file -> steps.add(step(new DeleteFile(machine, file), true)));
        Path settings = SettingsFile.path(machine);
        steps.add(
                step(new DeleteFile(machine, settings), snapshot.text(settings).isPresent()));
        Path note = RunState.note(machine);
        snapshot.text(note).ifPresent(text -> steps.add(step(new DeleteFile(machine, note), true)));
        for (Path file : ContainerHostFiles.paths(machine)) {
            if (host.files().exists(AdoptionPlanner.kept(file))) {
                steps.add(step(new DeleteFile(machine, AdoptionPlanner.kept(file)), true));
            }
        }
        steps.add(step(new RemoveRoot(machine), snapshot.hasRoot(machine)));
        snapshots
                .of(machine, snapshot.roots().values())
                .forEach(s -> steps.add(step(new RemoveSnapshot(machine, s.name()), true)));
    }

    /** A drop-in that is not foreign, or the empty directory that a killed removal left of it. */
    private boolean hasDropIn(MachineName machine, HostSnapshot snapshot) {
        Path file = UnitDropIn.path(machine);
        Optional<Origin> origin = snapshot.origin(file, machine);
        if (origin.isPresent()) {
            return !(origin.get() instanceof Origin.Foreign);
        }
        Path directory = UnitDropIn.directory(machine);
        return host.files().exists(directory) && host.files().list(directory).isEmpty();
    }

    private static PlannedStep step(Step step, boolean needed) {
        return new PlannedStep(step, needed ? Change.REMOVE : Change.UNCHANGED, "");
    }
}
