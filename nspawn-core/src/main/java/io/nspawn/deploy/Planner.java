package io.nspawn.deploy;

import io.nspawn.config.NetworkFile;
import io.nspawn.config.Provenance;
import io.nspawn.config.Provenance.Origin;
import io.nspawn.deploy.Plan.Change;
import io.nspawn.deploy.Plan.PlannedStep;
import io.nspawn.deploy.Step.CloneRoot;
import io.nspawn.deploy.Step.DeleteInRoot;
import io.nspawn.deploy.Step.EnableUnit;
import io.nspawn.deploy.Step.LimitDisk;
import io.nspawn.deploy.Step.PublishRoot;
import io.nspawn.deploy.Step.ReloadUnits;
import io.nspawn.deploy.Step.ResetIdentity;
import io.nspawn.deploy.Step.StartUnit;
import io.nspawn.deploy.Step.SweepRoot;
import io.nspawn.deploy.Step.WriteFile;
import io.nspawn.deploy.Step.WriteInRoot;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.QuotaMode;
import io.nspawn.model.Size;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.MachineControl.UnitState;
import io.nspawn.spi.RootFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a host and decides what would make it match specs. It changes nothing. */
public final class Planner {
    /** What a booted container was seen to add to the pool, twice over. */
    private static final long BYTES_PER_CLONE = 5L << 20;

    private final HostPorts host;

    public Planner(HostPorts host) {
        this.host = host;
    }

    /**
     * Plans a deploy.
     *
     * @throws InvalidSpecException with every finding, if the specs cannot work on this host
     * @throws NoSpaceException if the pool has no room for the containers that are to be made
     */
    public Plan plan(List<ContainerSpec> specs) {
        HostSnapshot snapshot =
                HostSnapshot.of(host, specs.stream().map(ContainerSpec::machine).toList());
        List<Finding> findings = new ArrayList<>(SpecCheck.check(specs, host, snapshot));
        Sheet sheet = new Sheet();
        snapshot.roots().values().stream()
                .filter(Root::isStaging)
                .sorted(Comparator.comparing(Root::name))
                .forEach(root ->
                        sheet.add(new SweepRoot(root.name()), Change.REMOVE, "left by a deploy that was killed"));
        for (ContainerSpec spec : specs) {
            if (findings.isEmpty() || snapshot.hasRoot(spec.machine())) {
                findings.addAll(container(sheet, spec, snapshot));
            }
        }
        if (!findings.isEmpty()) {
            throw new InvalidSpecException(findings);
        }
        requireSpace(sheet, snapshot);
        sheet.addReload(snapshot);
        return sheet.plan();
    }

    private List<Finding> container(Sheet sheet, ContainerSpec spec, HostSnapshot snapshot) {
        MachineName machine = spec.machine();
        boolean there = snapshot.hasRoot(machine);
        UnitState unit = snapshot.units().get(machine);
        boolean up = unit != null && unit.isUpOrComing();
        Blueprint blueprint = Blueprint.of(spec, snapshot.deviceUnits());
        List<Finding> findings = new ArrayList<>();

        Change made = there ? Change.UNCHANGED : Change.ADD;
        sheet.add(new CloneRoot(machine, spec.image()), made, "");
        sheet.add(new ResetIdentity(machine), made, "");
        findings.addAll(disk(sheet, spec, there));
        boolean changed;
        if (there) {
            changed = compareRoot(sheet, spec, blueprint, findings);
        } else {
            freshRoot(sheet, machine, blueprint);
            changed = false;
        }
        for (Map.Entry<Path, String> file : blueprint.hostFiles().entrySet()) {
            changed |= hostFile(sheet, machine, file.getKey(), file.getValue());
        }
        sheet.add(new PublishRoot(machine), made, "");
        boolean enabled = unit != null && unit.enabled();
        sheet.add(new EnableUnit(machine), enabled ? Change.UNCHANGED : Change.ADD, "");
        sheet.add(start(machine, there, unit));
        if (changed && up) {
            sheet.note(machine + " runs with its old settings until it is restarted");
        }
        return findings;
    }

    /** A limit that the spec does not name is the operator's, and stays. */
    private List<Finding> disk(Sheet sheet, ContainerSpec spec, boolean there) {
        Optional<Size> most = spec.limits().disk();
        if (most.isEmpty()) {
            return List.of();
        }
        if (host.images().backing().quotaMode() == QuotaMode.NONE) {
            return List.of(new Finding(
                    spec.name(),
                    "what it writes is limited to " + most.get() + ", and the pool counts nothing",
                    "enable quotas with pool().enableSimpleQuotas()"));
        }
        MachineName machine = spec.machine();
        Optional<Size> now = there ? host.images().backing().limit(machine.value()) : Optional.empty();
        Change change = now.equals(most) ? Change.UNCHANGED : there ? Change.MODIFY : Change.ADD;
        String detail = there && change == Change.MODIFY
                ? "was " + now.map(Size::toString).orElse("without limit")
                : "";
        String root = there ? machine.value() : Step.staging(machine);
        sheet.add(new LimitDisk(machine, root, most.get()), change, detail);
        return List.of();
    }

    /** A start that is under way is joined: a deploy ends when the container is up. */
    private static PlannedStep start(MachineName machine, boolean there, @Nullable UnitState unit) {
        boolean up = there && unit != null && unit.isActive();
        boolean coming = there && !up && unit != null && unit.isUpOrComing();
        return new PlannedStep(
                new StartUnit(machine), up ? Change.UNCHANGED : Change.ADD, coming ? "it is starting already" : "");
    }

    private static void freshRoot(Sheet sheet, MachineName machine, Blueprint blueprint) {
        String staging = Step.staging(machine);
        sheet.add(new WriteInRoot(machine, staging, "etc/hostname", machine + "\n"), Change.ADD, "");
        blueprint
                .rootFiles()
                .forEach((path, text) -> sheet.add(new WriteInRoot(machine, staging, path, text), Change.ADD, ""));
    }

    /** Compares what is inside a root that is there; the hostname is the container's own once it was given. */
    private boolean compareRoot(Sheet sheet, ContainerSpec spec, Blueprint blueprint, List<Finding> findings) {
        MachineName machine = spec.machine();
        boolean changed = false;
        try (RootFiles root = host.images().open(machine.value())) {
            for (Map.Entry<String, String> file : blueprint.rootFiles().entrySet()) {
                String path = file.getKey();
                Optional<String> now = root.read(path).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
                if (now.isPresent() && Provenance.origin(now.get()) instanceof Origin.Edited) {
                    findings.add(new Finding(
                            spec.name(),
                            path + " was edited inside the container",
                            "put the edit into the spec, then delete the file"));
                }
                changed |= sheet.addWrite(new WriteInRoot(machine, machine.value(), path, file.getValue()), now);
            }
            for (String name : root.list(NetworkFile.directory())) {
                String path = NetworkFile.directory() + "/" + name;
                if (NetworkFile.isOurs(name) && !blueprint.rootFiles().containsKey(path)) {
                    sheet.add(new DeleteInRoot(machine, machine.value(), path), Change.REMOVE, "");
                    changed = true;
                }
            }
        }
        return changed;
    }

    private boolean hostFile(Sheet sheet, MachineName machine, Path file, String text) {
        return sheet.addWrite(new WriteFile(machine, file, text), HostSnapshot.text(host, file));
    }

    private static void requireSpace(Sheet sheet, HostSnapshot snapshot) {
        long clones = sheet.count(CloneRoot.class);
        long needed = clones * BYTES_PER_CLONE;
        long free = snapshot.space().free();
        if (clones > 0 && free < needed) {
            String reason = "the pool has " + Size.ofBytes(free) + " free, and " + clones
                    + " new containers need about " + Size.ofBytes(needed);
            throw new NoSpaceException(
                    Failure.of("plan", "the pool", reason).remedy("Grow the pool, or remove what is not needed."));
        }
    }

    /** A plan while it is written. */
    private static final class Sheet {
        private final List<PlannedStep> steps = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        void add(Step step, Change change, String detail) {
            steps.add(new PlannedStep(step, change, detail));
        }

        /** Adds a step that writes a file; returns whether it has something to do. */
        boolean addWrite(Step step, Optional<String> now) {
            String wanted = step instanceof WriteFile file ? file.text() : ((WriteInRoot) step).text();
            Change change = now.map(text -> text.equals(wanted) ? Change.UNCHANGED : Change.MODIFY)
                    .orElse(Change.ADD);
            add(step, change, change == Change.MODIFY ? LineDiff.of(now.orElse(""), wanted) : "");
            return change != Change.UNCHANGED;
        }

        void add(PlannedStep step) {
            steps.add(step);
        }

        void note(String note) {
            notes.add(note);
        }

        long count(Class<? extends Step> kind) {
            return steps.stream()
                    .filter(s -> kind.isInstance(s.step()) && !s.isUnchanged())
                    .count();
        }

        void addReload(HostSnapshot snapshot) {
            boolean stale = count(WriteFile.class) > 0
                    || count(EnableUnit.class) > 0
                    || snapshot.units().values().stream().anyMatch(UnitState::needsReload);
            add(new ReloadUnits(), stale ? Change.MODIFY : Change.UNCHANGED, "");
        }

        Plan plan() {
            return new Plan(
                    steps.stream()
                            .sorted(Comparator.comparing(s -> s.step().phase()))
                            .toList(),
                    notes);
        }
    }
}
