package io.nspawn.deploy;

import io.nspawn.config.NetworkFile;
import io.nspawn.config.Provenance;
import io.nspawn.config.SystemdFile;
import io.nspawn.config.UnitDropIn;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.deploy.Plan.Change;
import io.nspawn.deploy.SpecChange.Kind;
import io.nspawn.deploy.Step.ApplyLimits;
import io.nspawn.deploy.Step.AttachNic;
import io.nspawn.deploy.Step.ConfigureNics;
import io.nspawn.deploy.Step.ForgetRun;
import io.nspawn.deploy.Step.ForgetRuntimeLimit;
import io.nspawn.deploy.Step.HaltUnit;
import io.nspawn.deploy.Step.NoteRun;
import io.nspawn.deploy.Step.Phase;
import io.nspawn.deploy.Step.ReloadNetwork;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerStatus.Interface;
import io.nspawn.model.MachineName;
import io.nspawn.model.Nic;
import io.nspawn.net.MacAddress;
import io.nspawn.net.NspawnMacs;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.MachineControl.UnitState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Plans what a container that runs needs besides its files: what is put into force while it runs, whether it is
 * restarted, and what waits for that.
 *
 * <p>Inside a container that boots, its own networkd owns the interfaces: it also knows DHCP, routes and name servers, and
 * two masters would take turns. So it gets its file and is told to read it. In an application container nobody does that,
 * now or after a restart, and the addresses are set from outside by netlink, at each start that is a deploy's. A start by
 * PID 1 alone, at the host's boot, leaves them out until the next deploy.
 */
final class RunPlanner {
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");
    private static final Prefix LINK_LOCAL = Prefix.parse("fe80::/64");

    private final HostPorts host;
    private final HostSnapshot snapshot;
    private final boolean restarts;
    private final Map<MachineName, OptionalInt> leaders;

    RunPlanner(HostPorts host, HostSnapshot snapshot, Collection<ContainerSpec> specs, boolean restarts) {
        this.host = host;
        this.snapshot = snapshot;
        this.restarts = restarts;
        List<MachineName> applications = specs.stream()
                .filter(spec -> !spec.boots() && spec.nics().stream().anyMatch(RunPlanner::isSetFromOutside))
                .map(ContainerSpec::machine)
                .toList();
        this.leaders = applications.isEmpty() ? Map.of() : host.machines().leaders(applications);
    }

    /**
     * Plans for one container.
     *
     * @param inside the texts of the network files that are in its root
     * @return whether it is started by this plan, anew or again
     */
    boolean plan(PlanSheet sheet, ContainerSpec spec, Blueprint blueprint, Map<String, String> inside) {
        List<SpecChange> limits = limits(spec.machine(), blueprint);
        forgetRuntimeLimits(sheet, spec, !limits.isEmpty());
        Optional<UnitState> unit = Optional.ofNullable(snapshot.units().get(spec.machine()))
                .filter(u -> snapshot.hasRoot(spec.machine()) && u.isUpOrComing());
        if (unit.isEmpty()) {
            forget(sheet, spec.machine());
            configure(sheet, spec, spec.nics(), Change.ADD);
            return true;
        }
        String run = unit.get().run().orElse("");
        Optional<String> note = snapshot.text(RunState.note(spec.machine()));
        RunState known = note.flatMap(text -> RunState.ofNote(text, run))
                .orElseGet(() -> startedWith(spec.machine(), blueprint, inside));
        List<String> uncertain = uncertain(note, run, known, blueprint.wanted());
        RunChange change = new RunChange(known.with(uncertain), blueprint.wanted());
        List<SpecChange> lines = change.lines(spec.machine(), restarts);
        boolean restarted = restarts && lines.stream().anyMatch(l -> l.kind() == Kind.RESTART);
        sheet.changes(lines);
        sheet.changes(limits);
        notes(sheet, spec, run, change, restarted, uncertain);
        if (restarted) {
            sheet.add(new HaltUnit(spec.machine()), Change.MODIFY, unit.get().activeState(), "inactive");
            configure(sheet, spec, spec.nics(), Change.ADD);
        } else {
            if (!limits.isEmpty() && unit.get().isActive()) {
                sheet.add(new ApplyLimits(spec.machine(), tasks(spec)), Change.MODIFY, "");
            }
            if (!change.keepsNetworks()) {
                live(sheet, spec, change);
            }
        }
        return restarted || !unit.get().isActive();
    }

    /**
     * Limits that were set while it ran yield to others of its spec. The copy of one that is in the spec may be what a
     * deploy left that was killed while it put the spec's limits into force; at the next change it would be in the way.
     */
    private void forgetRuntimeLimits(PlanSheet sheet, ContainerSpec spec, boolean changed) {
        MachineName machine = spec.machine();
        Path copy = UnitDropIn.runtimeFile(machine, "TasksMax");
        String same = "TasksMax=" + tasks(spec) + "\n";
        host.files().list(UnitDropIn.runtimeDirectory(machine)).stream()
                .filter(file -> changed || (file.equals(copy) && text(file).contains(same)))
                .forEach(file -> sheet.add(new ForgetRuntimeLimit(machine, file), Change.REMOVE, ""));
    }

    private String text(Path file) {
        return HostSnapshot.text(host, file).orElse("");
    }

    private static long tasks(ContainerSpec spec) {
        return spec.limits().tasks().orElse(UnitDropIn.TEMPLATE_TASKS);
    }

    /**
     * The macvlans that a deploy which was killed may have made live, where this spec does not want them next: to be rid
     * of them takes a restart. Those that it does want are made now, which passes over one that is there.
     */
    private static List<String> uncertain(Optional<String> note, String run, RunState known, RunState wanted) {
        List<String> attaching = note.map(text -> RunState.attaching(text, run)).orElse(List.of());
        return RunChange.isPrefix(known.with(attaching).macvlans(), wanted.macvlans()) ? List.of() : attaching;
    }

    /** The files say it, unless they were changed since: then those that this plan replaces. */
    private RunState startedWith(MachineName machine, Blueprint blueprint, Map<String, String> inside) {
        Optional<String> settings = snapshot.text(SettingsFile.path(machine));
        boolean same = settings.map(Provenance::origin)
                .map(Provenance::facts)
                .filter(facts -> blueprint.digest().equals(facts.get(SettingsFile.SPEC_FACT)))
                .isPresent();
        Optional<SystemdFile> content = settings.flatMap(Provenance::content);
        if (same || content.isEmpty()) {
            return blueprint.wanted();
        }
        Map<String, SystemdFile> networks = new TreeMap<>();
        inside.forEach((path, text) -> Provenance.content(text).ifPresent(file -> networks.put(path, file)));
        return RunState.of(content.get(), networks);
    }

    /** What a drop-in says of limits and devices, PID 1 applies to a unit that runs too. */
    private List<SpecChange> limits(MachineName machine, Blueprint blueprint) {
        Path file = UnitDropIn.path(machine);
        String wanted = blueprint.hostFiles().getOrDefault(file, "");
        String now = snapshot.text(file).orElse("");
        return LineDiff.lines(LineDiff.lines(now), LineDiff.lines(wanted)).stream()
                .map(line -> new SpecChange(machine, Kind.LIVE, line, false))
                .toList();
    }

    private void notes(
            PlanSheet sheet,
            ContainerSpec spec,
            String run,
            RunChange change,
            boolean restarted,
            List<String> uncertain) {
        MachineName machine = spec.machine();
        Path file = RunState.note(machine);
        RunState then = restarted ? change.wanted() : change.afterLive();
        if (change.isEmpty()) {
            forget(sheet, machine);
            return;
        }
        List<String> attaching = new ArrayList<>(uncertain);
        if (!restarted) {
            attaching.addAll(change.attached());
        }
        String now = change.now().noteText(spec, run, attaching);
        if (!snapshot.text(file).equals(Optional.of(now))) {
            sheet.addWrite(new NoteRun(machine, file, now, Phase.NOTE), snapshot.text(file), now);
        }
        if (then.equals(change.wanted())) {
            sheet.add(new ForgetRun(machine, file), Change.REMOVE, now, "");
        } else {
            if (!then.equals(change.now())) {
                String later = then.noteText(spec, run, uncertain);
                sheet.addWrite(new NoteRun(machine, file, later, Phase.SETTLE), Optional.of(now), later);
            }
            String waiting = String.join(
                    ", ", LineDiff.lines(then.lines(), change.wanted().lines()));
            sheet.note(machine + " runs with its old settings until it is restarted: " + waiting);
        }
    }

    private void forget(PlanSheet sheet, MachineName machine) {
        Path file = RunState.note(machine);
        snapshot.text(file).ifPresent(now -> sheet.add(new ForgetRun(machine, file), Change.REMOVE, now, ""));
    }

    private void live(PlanSheet sheet, ContainerSpec spec, RunChange change) {
        List<Nic> attached = spec.nics().stream()
                .filter(nic -> change.attached().contains(nic.lower().value()))
                .toList();
        List<Nic> there = new ArrayList<>(spec.nics());
        there.removeAll(attached);
        if (!spec.boots()) {
            differing(sheet, spec, there, change.readdresses());
        } else if (!attached.isEmpty() || change.readdresses()) {
            sheet.add(new ReloadNetwork(spec.machine()), Change.MODIFY, "");
        }
        for (Nic nic : attached) {
            MacAddress mac = macs(spec.machine()).macvlan(spec.nics().indexOf(nic));
            boolean outside = !spec.boots() && isSetFromOutside(nic);
            AttachNic step = new AttachNic(spec.machine(), nic, NetworkFile.interfaceName(nic), mac, outside);
            sheet.add(step, Change.ADD, "", mac + " " + nic.addresses());
        }
    }

    private NspawnMacs macs(MachineName machine) {
        String id = host.files()
                .read(MACHINE_ID)
                .map(b -> new String(b, StandardCharsets.US_ASCII))
                .orElseThrow();
        return new NspawnMacs(id, machine.value());
    }

    /** Sets the interfaces of an application container where they are not as they should be. */
    private void differing(PlanSheet sheet, ContainerSpec spec, List<Nic> nics, boolean readdresses) {
        OptionalInt leader = leaders.getOrDefault(spec.machine(), OptionalInt.empty());
        if (nics.stream().noneMatch(RunPlanner::isSetFromOutside) || leader.isEmpty()) {
            configure(sheet, spec, nics, Change.ADD);
            return;
        }
        List<Interface> now = host.network().interfacesOf(leader.getAsInt());
        List<Nic> there = nics.stream()
                .filter(nic -> now.stream().anyMatch(i -> i.name().equals(NetworkFile.interfaceName(nic))))
                .toList();
        boolean asWanted = there.stream().allMatch(nic -> now.stream().anyMatch(i -> isSet(nic, i)));
        configure(sheet, spec, there, asWanted && !readdresses ? Change.UNCHANGED : Change.MODIFY);
    }

    private static void configure(PlanSheet sheet, ContainerSpec spec, List<Nic> nics, Change change) {
        List<Nic> some = nics.stream().filter(RunPlanner::isSetFromOutside).toList();
        if (!spec.boots() && !some.isEmpty()) {
            String after = some.stream()
                    .map(n -> NetworkFile.interfaceName(n) + " " + n.addresses())
                    .collect(Collectors.joining(", "));
            sheet.add(new ConfigureNics(spec.machine(), some), change, "", after);
        }
    }

    private static boolean isSetFromOutside(Nic nic) {
        return !nic.addresses().isEmpty()
                || nic.gateway().isPresent()
                || !nic.routes().isEmpty()
                || nic.mac().isPresent()
                || nic.mtu().isPresent();
    }

    private static boolean isSet(Nic nic, Interface now) {
        Set<Prefix> statics = now.addresses().stream()
                .filter(address -> !LINK_LOCAL.contains(address.address()))
                .collect(Collectors.toSet());
        return now.name().equals(NetworkFile.interfaceName(nic))
                && now.up()
                && statics.equals(new HashSet<>(nic.addresses()))
                && (nic.mac().isEmpty() || nic.mac().equals(now.mac()));
    }
}
