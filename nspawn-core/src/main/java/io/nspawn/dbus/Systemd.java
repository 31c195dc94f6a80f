package io.nspawn.dbus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * PID 1 over the bus: {@code org.freedesktop.systemd1.Manager}, systemd 252 or later. Thread-safe. Everything that
 * changes something needs root, or the polkit action that its method names.
 *
 * <p>Every call waits at most the time-out given here, and throws what {@link Bus#call} throws.
 */
public final class Systemd implements AutoCloseable {

    static final Remote MANAGER =
            new Remote("org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager");
    private static final String UNIT = "org.freedesktop.systemd1.Unit";
    private static final String SERVICE = "org.freedesktop.systemd1.Service";

    private final Bus bus;
    private final UnitReader units;
    private final Duration timeout;
    private final Jobs jobs;

    private Systemd(Bus bus, UnitReader units, Duration timeout, Jobs jobs) {
        this.bus = bus;
        this.units = units;
        this.timeout = timeout;
        this.jobs = jobs;
    }

    /** PID 1 over that bus, which stays the caller's to close. */
    public static Systemd over(Bus bus, Duration timeout) {
        return over(bus, Optional.empty(), timeout);
    }

    /**
     * PID 1 over that bus, and past it where much is read.
     *
     * @param pid1 the way past it ({@link Bus#pid1}), which stays the caller's to close
     */
    public static Systemd over(Bus bus, Optional<Bus> pid1, Duration timeout) {
        return new Systemd(bus, new UnitReader(bus, pid1), timeout, new Jobs(bus));
    }

    /** The same with another time-out; to be closed once, here or there. */
    public Systemd withTimeout(Duration other) {
        return new Systemd(bus, units, other, jobs);
    }

    /** systemd's version as it was built: {@code 252.39-1~deb12u1}, {@code 257.13}, {@code 262~rc1}. */
    public String version() {
        return property("Version");
    }

    /** A descriptor of a dump of PID 1's state, the caller's to close. Needs no privilege. */
    public Descriptor dump() {
        List<Object> reply = bus.call(MANAGER, "DumpByFileDescriptor", timeout);
        return Reply.of("DumpByFileDescriptor", MANAGER, reply).descriptor(0);
    }

    /** The state of the whole: {@code running}, {@code degraded}, {@code starting}, … (systemctl(1), is-system-running). */
    public String systemState() {
        return property("SystemState");
    }

    /**
     * Has PID 1 tell of jobs, units and reloads ({@code Subscribe}): without it no signal of the Manager, and no
     * PropertiesChanged, is sent. Implied by whatever returns a job; done anew after a reconnect.
     */
    public void subscribe() {
        jobs.subscribe(timeout);
    }

    /** Reads all unit files again ({@code systemctl daemon-reload}); polkit: reload-daemon. */
    public void reload() {
        bus.call(MANAGER, "Reload", timeout);
    }

    /**
     * Enables units ({@code systemctl enable}); polkit: manage-unit-files. Takes effect at the next reload.
     *
     * @param files unit names, or absolute paths of unit files
     * @param runtime until the next boot only
     * @param force replace links that are in the way
     * @return the links made
     */
    public List<UnitFileChange> enableUnitFiles(List<String> files, boolean runtime, boolean force) {
        return reply("EnableUnitFiles", "asbb", List.of(files, runtime, force)).rows(1).stream()
                .map(UnitFileChange::of)
                .toList();
    }

    /** Disables units ({@code systemctl disable}); polkit: manage-unit-files. Returns the links removed. */
    public List<UnitFileChange> disableUnitFiles(List<String> files, boolean runtime) {
        return reply("DisableUnitFiles", "asb", List.of(files, runtime)).rows(0).stream()
                .map(UnitFileChange::of)
                .toList();
    }

    /**
     * Queues the start of a unit; polkit: manage-units.
     *
     * @return the job, of which no result is missed
     */
    public Job startUnit(String unit, JobMode mode) {
        return job("StartUnit", unit, mode);
    }

    /** Queues the stop of a unit; polkit: manage-units. */
    public Job stopUnit(String unit, JobMode mode) {
        return job("StopUnit", unit, mode);
    }

    /** Queues the restart of a unit, which starts it if it does not run; polkit: manage-units. */
    public Job restartUnit(String unit, JobMode mode) {
        return job("RestartUnit", unit, mode);
    }

    /** Forgets that a unit failed, and its count of starts; polkit: manage-units. */
    public void resetFailedUnit(String unit) {
        bus.call(MANAGER, "ResetFailedUnit", "s", List.of(unit), timeout);
    }

    /**
     * Sends a signal to a unit's processes; polkit: manage-units.
     *
     * @param whom which of them
     * @param signal the signal's number on this host (signal(7))
     */
    public void killUnit(String unit, KillWhom whom, int signal) {
        String word = whom == KillWhom.LEADER ? "main" : "all";
        bus.call(MANAGER, "KillUnit", "ssi", List.of(unit, word, signal), timeout);
    }

    /**
     * Makes a unit that has no file and starts it; polkit: manage-units.
     *
     * @param properties by D-Bus name and type, as those of {@link #setUnitProperties}
     * @return the job, of which no result is missed; that of a oneshot service ends with its command
     */
    public Job startTransientUnit(String unit, JobMode mode, Map<String, Variant> properties) {
        jobs.subscribe(timeout);
        List<Object> arguments = List.of(unit, mode.word(), pairs(properties), List.of());
        return jobs.enqueue(
                "StartTransientUnit",
                unit,
                () -> reply("StartTransientUnit", "ssa(sv)a(sa(sv))", arguments).text(0));
    }

    /** How the main process of a service ended; empty while it runs, or where it was never started. */
    public Optional<ProcessEnd> mainProcessEnd(String service) {
        Remote object = MANAGER.at(UnitPath.of(service), SERVICE);
        long code = number(object, "ExecMainCode");
        return code == 0
                ? Optional.empty()
                : Optional.of(new ProcessEnd(code != ProcessEnd.EXITED, (int) number(object, "ExecMainStatus")));
    }

    /** The {@code Result} of a service's last run: {@code success}, {@code resources}, {@code timeout}, … */
    public String serviceResult(String service) {
        Remote object = MANAGER.at(UnitPath.of(service), SERVICE);
        return new Reply("Get", service, List.of(bus.get(object, "Result", timeout))).text(0);
    }

    /**
     * Sets properties of a loaded unit, limits above all ({@code systemctl set-property}); polkit: manage-units.
     *
     * @param runtime until the next boot only; else written to a drop-in below /etc
     * @param properties by D-Bus name and type: {@code MemoryMax} is {@code t}, {@code TasksMax} is {@code t}, …
     */
    public void setUnitProperties(String unit, boolean runtime, Map<String, Variant> properties) {
        bus.call(MANAGER, "SetUnitProperties", "sba(sv)", List.of(unit, runtime, pairs(properties)), timeout);
    }

    /** A unit's properties; of one that does not exist, the load state is {@code not-found}. */
    public UnitStatus unit(String unit) {
        Remote object = MANAGER.at(UnitPath.of(unit), UNIT);
        Map<String, Object> common = bus.getAll(object, timeout);
        Map<String, Object> own = bus.getAll(object.at(object.path(), typeInterface(unit)), timeout);
        return UnitStatus.of(unit, common, own);
    }

    /** What tells whether a unit runs, and in which run it is. */
    public UnitRun run(String unit) {
        Remote object = MANAGER.at(UnitPath.of(unit), UNIT);
        Map<String, Object> values = new LinkedHashMap<>();
        for (String property : List.of("InvocationID", "Job", "SubState", "ActiveState")) {
            values.put(property, bus.get(object, property, timeout));
        }
        return UnitRun.of(new PropertySet(values));
    }

    /**
     * Has something done whenever a unit's properties change, or may have changed unheard, until closed; on the bus's
     * dispatcher thread (see {@link Bus#subscribe}).
     */
    public Bus.Subscription watch(String unit, Runnable action) {
        jobs.subscribe(timeout);
        Remote properties = MANAGER.at(UnitPath.of(unit), UNIT).properties();
        return subscribe(Map.of(
                Match.of(properties, "PropertiesChanged"),
                event -> action.run(),
                Match.ownerOf(MANAGER.destination()),
                event -> action.run()));
    }

    /** Tells of jobs that come and go, until closed; on the bus's dispatcher thread (see {@link Bus#subscribe}). */
    public Bus.Subscription watchJobs(Consumer<JobEvent> handler) {
        jobs.subscribe(timeout);
        return subscribe(Map.of(
                Match.of(MANAGER, "JobNew"),
                event -> queued(handler, event),
                Match.of(MANAGER, "JobRemoved"),
                event -> ended(handler, event)));
    }

    /** All of these subscriptions, or none. */
    private Bus.Subscription subscribe(Map<Match, Consumer<BusEvent>> handlers) {
        List<Bus.Subscription> opened = new ArrayList<>();
        try {
            handlers.forEach((match, handler) -> opened.add(bus.subscribe(match, handler)));
        } catch (RuntimeException e) {
            opened.forEach(Bus.Subscription::close);
            throw e;
        }
        return () -> opened.forEach(Bus.Subscription::close);
    }

    private static void queued(Consumer<JobEvent> handler, BusEvent event) {
        if (event instanceof BusEvent.Signal signal) {
            handler.accept(new JobEvent.Queued(new Reply(signal.member(), signal.path(), signal.arguments()).text(2)));
        }
    }

    private static void ended(Consumer<JobEvent> handler, BusEvent event) {
        if (event instanceof BusEvent.Signal signal) {
            Reply values = new Reply(signal.member(), signal.path(), signal.arguments());
            handler.accept(new JobEvent.Ended(values.text(2), values.text(3)));
        } else {
            handler.accept(new JobEvent.Resynced());
        }
    }

    /** A service's main process, as the host numbers it; empty if it has none. */
    public OptionalLong mainPid(String service) {
        Remote object = MANAGER.at(UnitPath.of(service), SERVICE);
        return new PropertySet(Map.of("MainPID", bus.get(object, "MainPID", timeout))).positive("MainPID");
    }

    /** What a service may use. */
    public UnitLimits limits(String service) {
        return UnitLimits.of(units.few(List.of(service), List.of(), UnitLimits.PROPERTIES, timeout)
                .get(0));
    }

    /** What services use, in the order asked; PID 1 reads their control groups for it. */
    public List<UnitUsage> usages(List<String> services) {
        return units.counters(services, UnitUsage.PROPERTIES, timeout).stream()
                .map(UnitUsage::of)
                .toList();
    }

    /** The processes in a unit's control group and in those below it. */
    public List<UnitProcess> processes(String unit) {
        return reply("GetUnitProcesses", "s", List.of(unit)).rows(0).stream()
                .map(UnitProcess::of)
                .toList();
    }

    /** What a service is doing and using. */
    public UnitSummary summary(String service) {
        return summaries(List.of(service)).get(0);
    }

    /** What services are doing and using, in the order asked. */
    public List<UnitSummary> summaries(List<String> services) {
        return units.few(services, UnitSummary.UNIT_PROPERTIES, UnitSummary.SERVICE_PROPERTIES, timeout).stream()
                .map(UnitSummary::of)
                .toList();
    }

    /**
     * The units in memory.
     *
     * @param states load, active or sub states, any of which must fit; empty for all
     * @param patterns globs of names, any of which must fit; empty for all
     */
    public List<ListedUnit> listUnitsByPatterns(List<String> states, List<String> patterns) {
        return reply("ListUnitsByPatterns", "asas", List.of(states, patterns)).rows(0).stream()
                .map(ListedUnit::of)
                .toList();
    }

    /**
     * Whether a unit file is {@code enabled}, {@code disabled}, {@code static}, {@code masked}, …
     *
     * @throws io.nspawn.model.NotFoundException where there is no such file
     */
    public String unitFileState(String unit) {
        return reply("GetUnitFileState", "s", List.of(unit)).text(0);
    }

    /** Stops listening for jobs; those under way fail with an unknown outcome. The bus stays open. */
    @Override
    public void close() {
        jobs.close();
    }

    /** How many jobs have not ended. */
    int jobsUnderWay() {
        return jobs.waiting();
    }

    private Job job(String method, String unit, JobMode mode) {
        jobs.subscribe(timeout);
        return jobs.enqueue(
                method,
                unit,
                () -> reply(method, "ss", List.of(unit, mode.word())).text(0));
    }

    private static List<List<Object>> pairs(Map<String, Variant> properties) {
        return properties.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> List.<Object>of(entry.getKey(), entry.getValue()))
                .toList();
    }

    private long number(Remote object, String property) {
        return new Reply("Get", object.path(), List.of(bus.get(object, property, timeout))).number(0);
    }

    private String property(String name) {
        return new Reply("Get", name, List.of(bus.get(MANAGER, name, timeout))).text(0);
    }

    private Reply reply(String member, String signature, List<?> arguments) {
        return Reply.of(member, MANAGER, bus.call(MANAGER, member, signature, arguments, timeout));
    }

    private static String typeInterface(String unit) {
        int dot = unit.lastIndexOf('.');
        if (dot < 1 || dot == unit.length() - 1) {
            throw new IllegalArgumentException("a unit's name ends in its type, as .service: " + unit);
        }
        String type = unit.substring(dot + 1);
        return "org.freedesktop.systemd1." + type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1);
    }
}
