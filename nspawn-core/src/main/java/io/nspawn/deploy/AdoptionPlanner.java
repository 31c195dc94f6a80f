package io.nspawn.deploy;

import io.nspawn.config.Provenance.Origin;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.deploy.Plan.Change;
import io.nspawn.deploy.Plan.PlannedStep;
import io.nspawn.deploy.Step.EnableUnit;
import io.nspawn.deploy.Step.ReloadUnits;
import io.nspawn.deploy.Step.WriteFile;
import io.nspawn.deploy.Step.WriteInRoot;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Finding;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.MachineName;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.MachineControl.UnitState;
import io.nspawn.spi.RootFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Plans how a container that somebody made by hand becomes one of this library: its files are written as its spec has
 * them, and those of somebody else in their places are kept beside them as {@code FILE.adopted}, which systemd does not
 * read. Its root stays, and it runs on as it runs.
 */
public final class AdoptionPlanner {
    private static final String SUFFIX = ".adopted";
    private static final Path BESIDE_ROOTS = Path.of("/var/lib/machines");

    private final HostPorts host;

    public AdoptionPlanner(HostPorts host) {
        this.host = host;
    }

    /** Where a file is kept that stood in the place of one of ours. */
    static Path kept(Path file) {
        return file.resolveSibling(file.getFileName() + SUFFIX);
    }

    /**
     * Plans an adoption; each file shows what becomes different.
     *
     * @throws InvalidSpecException with every finding, if there is no such container, or it cannot work with that spec
     */
    public Plan plan(ContainerSpec spec) {
        MachineName machine = spec.machine();
        HostSnapshot snapshot = HostSnapshot.of(host, List.of(machine));
        List<Finding> findings = new ArrayList<>(SpecCheck.surroundings(spec, host, snapshot));
        Root root = snapshot.roots().get(machine.value());
        if (root == null) {
            findings.add(new Finding(spec.name(), "there is no root of that name to adopt", "deploy it instead"));
        } else if (root.readOnly()) {
            findings.add(new Finding(spec.name(), "its root is read-only, an image", "unseal it first"));
        }
        Blueprint blueprint = Blueprint.of(spec, snapshot.deviceUnits(), snapshot.version());
        for (Path file : blueprint.hostFiles().keySet()) {
            boolean taken = isForeign(file, machine) && host.files().exists(kept(file)) && !isKept(file);
            if (taken) {
                findings.add(new Finding(
                        spec.name(), kept(file) + " keeps what an earlier adoption found", "move that file away"));
            }
        }
        if (!findings.isEmpty()) {
            throw new InvalidSpecException(findings);
        }
        return plan(spec, blueprint, Objects.requireNonNull(snapshot.units().get(machine)));
    }

    private Plan plan(ContainerSpec spec, Blueprint blueprint, UnitState unit) {
        MachineName machine = spec.machine();
        List<PlannedStep> steps = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Path file : blueprint.hostFiles().keySet()) {
            if (isForeign(file, machine)) {
                String text = HostSnapshot.text(host, file).orElseThrow();
                Change change = isKept(file) ? Change.UNCHANGED : Change.ADD;
                steps.add(new PlannedStep(
                        new WriteFile(machine, kept(file), text), change, "keeps " + file + " as it is"));
            }
        }
        blueprint.hostFiles().forEach((file, text) -> {
            Optional<String> now = HostSnapshot.text(host, file);
            steps.add(write(new WriteFile(machine, file, text), now, effective(machine, file), text));
        });
        try (RootFiles root = host.images().open(machine.value())) {
            blueprint.rootFiles().forEach((path, text) -> {
                Optional<String> now = root.read(path).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
                steps.add(write(new WriteInRoot(machine, machine.value(), path, text), now, now, text));
            });
        }
        steps.add(new PlannedStep(new EnableUnit(machine), unit.enabled() ? Change.UNCHANGED : Change.ADD, ""));
        boolean changed = steps.stream().anyMatch(s -> !s.isUnchanged());
        DiskLimit.step(spec, host, true).ifPresent(steps::add);
        steps.add(new PlannedStep(
                new ReloadUnits(), changed || unit.needsReload() ? Change.MODIFY : Change.UNCHANGED, ""));
        steps.sort(Comparator.comparing(s -> s.step().phase()));
        if (changed && unit.isUpOrComing()) {
            notes.add(machine + " runs with its old settings until it is restarted");
        }
        beside(machine).ifPresent(file -> notes.add(file + " stays, and counts no more"));
        return new Plan(steps, notes);
    }

    private static PlannedStep write(Step step, Optional<String> now, Optional<String> shown, String wanted) {
        Change change = now.map(text -> text.equals(wanted) ? Change.UNCHANGED : Change.MODIFY)
                .orElse(Change.ADD);
        String detail = change == Change.UNCHANGED || shown.isEmpty() ? "" : LineDiff.of(shown.get(), wanted);
        return new PlannedStep(step, change, detail);
    }

    /** The settings that hold now: those beside the root where there are none in the directory of trusted ones. */
    private Optional<String> effective(MachineName machine, Path file) {
        Optional<String> now = HostSnapshot.text(host, file);
        boolean settings = file.equals(SettingsFile.path(machine));
        return now.isPresent() || !settings ? now : beside(machine).flatMap(path -> HostSnapshot.text(host, path));
    }

    private Optional<Path> beside(MachineName machine) {
        return Optional.of(BESIDE_ROOTS.resolve(machine + ".nspawn")).filter(host.files()::exists);
    }

    private boolean isForeign(Path file, MachineName machine) {
        return HostSnapshot.origin(host, file, machine)
                .filter(origin -> !(origin instanceof Origin.Ours))
                .isPresent();
    }

    private boolean isKept(Path file) {
        return HostSnapshot.text(host, file).equals(HostSnapshot.text(host, kept(file)));
    }
}
