package io.nspawn.deploy;

import io.nspawn.config.NetworkFile;
import io.nspawn.config.Provenance;
import io.nspawn.config.Provenance.Origin;
import io.nspawn.deploy.Plan.Change;
import io.nspawn.deploy.Plan.PlannedStep;
import io.nspawn.deploy.Step.CloneRoot;
import io.nspawn.deploy.Step.DeleteInRoot;
import io.nspawn.deploy.Step.EnableUnit;
import io.nspawn.deploy.Step.ForgetRuntimeLimit;
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
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.Size;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.MachineControl.UnitState;
import io.nspawn.spi.RootFiles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
     * Plans a deploy that restarts nothing.
     *
     * @throws InvalidSpecException with every finding, if the specs cannot work on this host
     * @throws NoSpaceException if the pool has no room for the containers that are to be made
     */
    public Plan plan(List<ContainerSpec> specs) {
        return plan(specs, DeployOptions.DEFAULT);
    }

    /**
     * Plans a deploy.
     *
     * @throws InvalidSpecException with every finding, if the specs cannot work on this host
     * @throws NoSpaceException if the pool has no room for the containers that are to be made
     */
    public Plan plan(List<ContainerSpec> specs, DeployOptions options) {
        HostSnapshot snapshot =
                HostSnapshot.of(host, specs.stream().map(ContainerSpec::machine).toList());
        List<Finding> findings = new ArrayList<>();
        Map<MachineName, Blueprint> blueprints = blueprints(specs, snapshot, findings);
        findings.addAll(SpecCheck.check(specs, host, snapshot));
        RunPlanner runs = new RunPlanner(host, snapshot, specs, options.restarts());
        PlanSheet sheet = new PlanSheet();
        sweep(sheet, snapshot);
        for (ContainerSpec spec : specs) {
            Blueprint blueprint = blueprints.get(spec.machine());
            if (blueprint != null && (findings.isEmpty() || snapshot.hasRoot(spec.machine()))) {
                findings.addAll(new Container(sheet, spec, blueprint, snapshot).plan(runs, blueprints.keySet()));
            }
        }
        if (!findings.isEmpty()) {
            throw new InvalidSpecException(findings);
        }
        requireSpace(sheet, snapshot);
        reload(sheet, snapshot);
        return sheet.plan();
    }

    /** Works out what each spec comes down to on this host's systemd; one that cannot be written is left out. */
    private static Map<MachineName, Blueprint> blueprints(
            List<ContainerSpec> specs, HostSnapshot snapshot, List<Finding> findings) {
        Map<MachineName, Blueprint> blueprints = new HashMap<>();
        for (ContainerSpec spec : specs) {
            List<Finding> its = SettingsCheck.check(spec, snapshot.version());
            findings.addAll(its);
            if (its.isEmpty()) {
                try {
                    Blueprint blueprint = Blueprint.of(spec, snapshot.deviceUnits(), snapshot.version());
                    blueprints.put(spec.machine(), blueprint);
                } catch (IllegalArgumentException e) {
                    findings.add(
                            new Finding(spec.name(), String.valueOf(e.getMessage()), "say it otherwise in the spec"));
                }
            }
        }
        return blueprints;
    }

    private static void sweep(PlanSheet sheet, HostSnapshot snapshot) {
        snapshot.roots().values().stream()
                .filter(Root::isStaging)
                .sorted(Comparator.comparing(Root::name))
                .forEach(root ->
                        sheet.add(new SweepRoot(root.name()), Change.REMOVE, "left by a deploy that was killed"));
    }

    private static void reload(PlanSheet sheet, HostSnapshot snapshot) {
        boolean stale = sheet.count(WriteFile.class) > 0
                || sheet.count(ForgetRuntimeLimit.class) > 0
                || sheet.count(EnableUnit.class) > 0
                || snapshot.units().values().stream().anyMatch(UnitState::needsReload);
        sheet.add(new ReloadUnits(), stale ? Change.MODIFY : Change.UNCHANGED, "");
    }

    private static void requireSpace(PlanSheet sheet, HostSnapshot snapshot) {
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

    /** The planning of one container. */
    private final class Container {
        private final PlanSheet sheet;
        private final ContainerSpec spec;
        private final MachineName machine;
        private final Blueprint blueprint;
        private final HostSnapshot snapshot;
        private final List<Finding> findings = new ArrayList<>();

        Container(PlanSheet sheet, ContainerSpec spec, Blueprint blueprint, HostSnapshot snapshot) {
            this.sheet = sheet;
            this.spec = spec;
            this.machine = spec.machine();
            this.blueprint = blueprint;
            this.snapshot = snapshot;
        }

        List<Finding> plan(RunPlanner runs, Set<MachineName> deployed) {
            boolean there = snapshot.hasRoot(machine);
            Change made = there ? Change.UNCHANGED : Change.ADD;
            sheet.effective(machine, blueprint.effective());
            sheet.add(new CloneRoot(machine, spec.image()), made, "", "image " + spec.image());
            sheet.add(new ResetIdentity(machine), made, "");
            DiskLimit.step(spec, host, there).ifPresent(this::limitDisk);
            Map<String, String> inside = there ? compareRoot() : freshRoot();
            blueprint
                    .hostFiles()
                    .forEach((file, text) ->
                            sheet.addWrite(new WriteFile(machine, file, text), snapshot.text(file), text));
            sheet.add(new PublishRoot(machine), made, "", machine.value());
            UnitState unit = snapshot.units().get(machine);
            boolean enabled = unit != null && unit.enabled();
            sheet.add(new EnableUnit(machine), enabled ? Change.UNCHANGED : Change.ADD, "disabled", "enabled");
            boolean starts = runs.plan(sheet, spec, blueprint, inside);
            List<MachineName> after =
                    spec.afterMachines().stream().filter(deployed::contains).toList();
            sheet.add(start(new StartUnit(machine, after), starts, there, unit));
            return findings;
        }

        private void limitDisk(PlannedStep step) {
            sheet.add(step);
            UnitState unit = snapshot.units().get(machine);
            if (snapshot.hasRoot(machine) && unit != null && unit.isUpOrComing()) {
                sheet.changes(DiskLimit.changes(machine, step));
            }
        }

        /** A start that is under way is joined: a deploy ends when the container is up. */
        private PlannedStep start(StartUnit step, boolean starts, boolean there, @Nullable UnitState unit) {
            String state = there && unit != null ? unit.activeState() : "inactive";
            boolean coming = starts && there && unit != null && unit.isUpOrComing() && !unit.isActive();
            Change change = starts ? Change.ADD : Change.UNCHANGED;
            return new PlannedStep(
                    step, change, coming ? "it is starting already" : "", starts ? state : "active", "active");
        }

        private Map<String, String> freshRoot() {
            String staging = Step.staging(machine);
            write(staging, "etc/hostname", Optional.empty(), machine + "\n");
            blueprint.rootFiles().forEach((path, text) -> write(staging, path, Optional.empty(), text));
            return Map.of();
        }

        private void write(String root, String path, Optional<String> now, String text) {
            sheet.addWrite(new WriteInRoot(machine, root, path, text), now, text);
        }

        /**
         * Compares what is inside a root that is there; the hostname is the container's own once it was given.
         *
         * @return the network files of ours that are there
         */
        private Map<String, String> compareRoot() {
            Map<String, String> inside = networkFiles();
            blueprint.rootFiles().forEach((path, text) -> {
                Optional<String> now = Optional.ofNullable(inside.get(path));
                if (now.map(Provenance::origin).orElse(null) instanceof Origin.Edited) {
                    findings.add(new Finding(
                            spec.name(),
                            path + " was edited inside the container",
                            "put the edit into the spec, then delete the file"));
                }
                write(machine.value(), path, now, text);
            });
            inside.forEach((path, text) -> {
                if (!blueprint.rootFiles().containsKey(path)) {
                    sheet.add(new DeleteInRoot(machine, machine.value(), path), Change.REMOVE, text, "");
                }
            });
            return inside;
        }

        /** What is no file that can be read is none of ours, but stands in its way or goes like one. */
        private String text(RootFiles root, String path) {
            try {
                return root.read(path)
                        .map(b -> new String(b, StandardCharsets.UTF_8))
                        .orElse("");
            } catch (HostFailureException e) {
                return "";
            }
        }

        /** What stands at the places of our network files, and what else has a name of ours. */
        private Map<String, String> networkFiles() {
            Map<String, String> texts = new TreeMap<>();
            try (RootFiles root = host.images().open(machine.value())) {
                for (String name : root.list(NetworkFile.directory())) {
                    String path = NetworkFile.directory() + "/" + name;
                    if (NetworkFile.isOurs(name)) {
                        texts.put(path, text(root, path));
                    }
                }
            }
            return texts;
        }
    }
}
