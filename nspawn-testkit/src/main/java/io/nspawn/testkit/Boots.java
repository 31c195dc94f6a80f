package io.nspawn.testkit;

import io.nspawn.model.Failure;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacAddress;
import io.nspawn.net.NspawnMacs;
import io.nspawn.net.NspawnNames;
import io.nspawn.testkit.ContainerSettings.Macvlan;
import io.nspawn.testkit.FakeContainer.FakeNic;
import io.nspawn.testkit.MachineLife.End;
import io.nspawn.testkit.StartCheck.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Starts and stops containers in the fake's time. */
final class Boots {
    private static final Duration SETUP = Duration.ofMillis(50);
    private static final Duration NETWORK = Duration.ofMillis(200);
    private static final Duration STOP = Duration.ofMillis(300);
    private static final int FIRST_LEADER = 4001;

    /** UID_SHIFT_PICK_MIN and _MAX of systemd-nspawn, a multiple of 2^16 each. */
    private static final long FIRST_SHIFT = 0x80000;

    private static final long SHIFT = 0x10000;
    private static final long SHIFTS = (0x6FFF0000 - FIRST_SHIFT) / SHIFT + 1;

    private final FakeMachines machines;
    private final FakePool pool;
    private final FakeFiles files;
    private final FakeNetwork network;
    private final VirtualClock clock;
    private final StartCheck check;
    private final Map<MachineName, Refusal> broken = new HashMap<>();
    private final Map<MachineName, MachineLife> lives = new HashMap<>();
    private int nextLeader = FIRST_LEADER;

    Boots(FakeMachines machines, FakePool pool, FakeFiles files, FakeNetwork network, VirtualClock clock) {
        this.machines = machines;
        this.pool = pool;
        this.files = files;
        this.network = network;
        this.clock = clock;
        this.check = new StartCheck(pool, files, network, machines);
    }

    /** Lets the next start of a machine fail in the way that is said. */
    void breakNext(MachineName machine, List<String> lastWords) {
        broken.put(machine, new Refusal(1, lastWords));
    }

    /** Lets a machine behave otherwise than its image does. */
    void setLife(MachineName machine, MachineLife life) {
        lives.put(machine, life);
    }

    void reset() {
        broken.clear();
        lives.clear();
        nextLeader = FIRST_LEADER;
    }

    FakeJob start(MachineName machine) {
        FakeUnit unit = machines.unit(machine);
        if (unit.is("active")) {
            return FakeJob.ended(machine);
        }
        if (unit.is("activating")) {
            return unit.job().orElseThrow();
        }
        if (unit.is("deactivating")) {
            ended(unit);
        }
        FakeJob job = new FakeJob(machine);
        int invocation = unit.begin("activating", job);
        unit.isSaid("Starting " + machine.unit() + " - Container " + machine + "...");
        clock.after(SETUP, () -> whenStill(unit, invocation, () -> setUp(unit, invocation)));
        return job;
    }

    FakeJob stop(MachineName machine) {
        FakeUnit unit = machines.unit(machine);
        if (unit.isDown()) {
            return FakeJob.ended(machine);
        }
        if (unit.is("deactivating")) {
            return unit.job().orElseThrow();
        }
        FakeJob job = new FakeJob(machine);
        int invocation = unit.begin("deactivating", job);
        clock.after(STOP, () -> whenStill(unit, invocation, () -> ended(unit)));
        return job;
    }

    /** Ends a machine at once. */
    void kill(MachineName machine) {
        FakeUnit unit = machines.unit(machine);
        if (!unit.isDown()) {
            ended(unit);
        }
    }

    /** Stops a machine that runs and starts it again; the job ends when it is up. */
    FakeJob reboot(MachineName machine) {
        FakeUnit unit = machines.unit(machine);
        FakeJob job = new FakeJob(machine);
        int invocation = unit.begin("deactivating", job);
        clock.after(
                STOP,
                () -> whenStill(unit, invocation, () -> {
                    network.deleteVeth(veth(machine));
                    int next = unit.restarts();
                    setUp(unit, next);
                }));
        return job;
    }

    /** What os-release(5) of a root says, by key. */
    Map<String, String> osRelease(MachineName machine) {
        String text = pool.find(machine.value())
                .flatMap(root -> root.text(FakeImage.OS_RELEASE))
                .orElseThrow(() -> new NotFoundException(
                        Failure.of("read the os-release of", machine.value(), "it has no such file")));
        Map<String, String> values = new TreeMap<>();
        text.lines().filter(line -> line.contains("=")).forEach(line -> {
            String value = line.substring(line.indexOf('=') + 1).replaceAll("^\"|\"$", "");
            values.put(line.substring(0, line.indexOf('=')), value);
        });
        return values;
    }

    /** What systemd-nspawn picks, by the machine's name, unless its settings put it off. */
    long uidShift(MachineName machine) {
        return ContainerSettings.of(files, machine).hasUserNamespace()
                ? FIRST_SHIFT + Math.floorMod((long) machine.value().hashCode(), SHIFTS) * SHIFT
                : 0;
    }

    private void setUp(FakeUnit unit, int invocation) {
        MachineName machine = unit.machine();
        ContainerSettings settings = ContainerSettings.of(files, machine);
        Optional<Refusal> refusal =
                Optional.ofNullable(broken.remove(machine)).or(() -> check.check(machine, settings));
        if (refusal.isPresent()) {
            unit.fails(refusal.get().exitStatus(), refusal.get().lastWords());
            return;
        }
        MachineLife life = life(machine);
        unit.says(life.says());
        if (life.endBeforeItIsUp().isPresent()) {
            ends(unit, life.endBeforeItIsUp().get());
            return;
        }
        linkJournal(machine, settings);
        unit.runs(new FakeContainer(nextLeader++, settings.boots(), nics(machine, settings)));
        Duration boot = settings.boots() ? life.boot() : Duration.ZERO;
        if (boot.compareTo(MachineLife.START_TIMEOUT) > 0) {
            clock.after(MachineLife.START_TIMEOUT, () -> whenStill(unit, invocation, () -> timesOut(unit)));
        } else {
            clock.after(boot, () -> whenStill(unit, invocation, () -> up(unit, invocation)));
        }
    }

    private MachineLife life(MachineName machine) {
        return Optional.ofNullable(lives.get(machine))
                .or(() -> pool.find(machine.value()).map(FakeRoot::life))
                .orElse(MachineLife.NORMAL);
    }

    private void timesOut(FakeUnit unit) {
        network.deleteVeth(veth(unit.machine()));
        unit.timesOut();
    }

    private void ends(FakeUnit unit, End end) {
        die(unit.machine(), end.exitStatus(), end.lastWords());
    }

    /** A machine ends by itself, badly; its interfaces go with it. */
    void die(MachineName machine, int exitStatus, List<String> lastWords) {
        network.deleteVeth(veth(machine));
        machines.unit(machine).fails(exitStatus, lastWords);
    }

    private void up(FakeUnit unit, int invocation) {
        unit.becomesActive(clock.now());
        unit.isSaid("Started " + unit.machine().unit() + " - Container " + unit.machine() + ".");
        FakeContainer container = unit.container().orElseThrow();
        life(unit.machine())
                .endWhenItIsUp()
                .ifPresent(end -> clock.after(end.after(), () -> whenStill(unit, invocation, () -> ends(unit, end))));
        FakeRoot root = pool.get("start", unit.machine().value());
        if (container.boots()) {
            root.booted(StartCheck.FIRST_BOOT_BYTES);
            clock.after(NETWORK, () -> whenStill(unit, invocation, () -> Networkd.run(root, container)));
        }
    }

    private List<FakeNic> nics(MachineName machine, ContainerSettings settings) {
        String machineId = files.text("etc/machine-id").orElseThrow();
        NspawnMacs macs = new NspawnMacs(machineId, machine.value());
        List<FakeNic> nics = new ArrayList<>();
        for (Macvlan macvlan : settings.macvlans()) {
            MacAddress mac = macs.macvlan(nics.size());
            nics.add(new FakeNic(macvlan.inside(), Optional.of(macvlan.lower()), mac));
        }
        if (settings.hasVeth()) {
            network.addVeth(veth(machine));
            nics.add(new FakeNic(NspawnNames.containerVeth(), Optional.empty(), macs.vethContainer()));
        }
        return nics;
    }

    private void ended(FakeUnit unit) {
        network.deleteVeth(veth(unit.machine()));
        unit.becomesInactive();
        unit.isSaid("Stopped " + unit.machine().unit() + " - Container " + unit.machine() + ".");
    }

    /** With {@code LinkJournal=try-guest} the host's journal directory gets a link to the container's, if that has one. */
    private void linkJournal(MachineName machine, ContainerSettings settings) {
        boolean hostKeeps = files.tree().find(FakeFiles.JOURNALS).isPresent();
        Optional<String> id = pool.find(machine.value())
                .filter(root -> !root.isSealed())
                .flatMap(r -> r.text("etc/machine-id"))
                .map(String::strip);
        if (settings.linksJournal() && hostKeeps && id.isPresent() && !id.get().isEmpty()) {
            String link = FakeFiles.JOURNALS + "/" + id.get();
            pool.get("start", machine.value()).tree().write(link + "/system.journal", new byte[0], 0640);
            files.tree().link(link, "/var/lib/machines/" + machine + "/" + link);
        }
    }

    private static InterfaceName veth(MachineName machine) {
        return NspawnNames.HASHED.veth(machine.value());
    }

    private static void whenStill(FakeUnit unit, int invocation, Runnable action) {
        if (unit.isStill(invocation)) {
            action.run();
        }
    }
}
