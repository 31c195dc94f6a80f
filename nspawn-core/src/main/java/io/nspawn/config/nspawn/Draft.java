package io.nspawn.config.nspawn;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/** Settings that are being read or built. */
final class Draft {
    Optional<StartMode> startMode = Optional.empty();
    Optional<Boolean> ephemeral = Optional.empty();
    List<String> parameters = new ArrayList<>();
    List<String> environment = new ArrayList<>();
    Optional<String> user = Optional.empty();
    CapabilitySet capability = CapabilitySet.NONE;
    CapabilitySet dropCapability = CapabilitySet.NONE;
    CapabilitySet ambientCapability = CapabilitySet.NONE;
    OptionalInt killSignal = OptionalInt.empty();
    Optional<Personality> personality = Optional.empty();
    Optional<String> machineId = Optional.empty();
    Optional<String> workingDirectory = Optional.empty();
    Optional<PivotRoot> pivotRoot = Optional.empty();
    Optional<UserNamespace> privateUsers = Optional.empty();
    Optional<Ownership> ownership = Optional.empty();
    long delegate;
    Optional<Boolean> notifyReady = Optional.empty();
    final List<String> allowedSystemCalls = new ArrayList<>();
    final List<String> deniedSystemCalls = new ArrayList<>();
    boolean familiesAreAllowed;
    /** Empty, and not an empty set, as long as no line has set the polarity. */
    Optional<TreeSet<Integer>> families = Optional.empty();

    final Map<ResourceLimit, LimitRange> limits = new EnumMap<>(ResourceLimit.class);
    Optional<String> hostname = Optional.empty();
    Optional<Boolean> noNewPrivileges = Optional.empty();
    OomScoreAdjust oomScoreAdjust = OomScoreAdjust.UNSET;
    Optional<TreeSet<Integer>> cpus = Optional.empty();
    Optional<ResolvConf> resolvConf = Optional.empty();
    Optional<Timezone> timezone = Optional.empty();
    Optional<LinkJournal> linkJournal = Optional.empty();
    Optional<Boolean> suppressSync = Optional.empty();

    Optional<Boolean> readOnly = Optional.empty();
    Optional<Volatile> volatileMode = Optional.empty();
    final List<Mount> mounts = new ArrayList<>();
    final List<String> bindUsers = new ArrayList<>();
    Optional<BindUserShell> bindUserShell = Optional.empty();

    Optional<Boolean> isPrivate = Optional.empty();
    Optional<Boolean> veth = Optional.empty();
    Optional<String> bridge = Optional.empty();
    Optional<String> zone = Optional.empty();
    final List<InterfacePair> interfaces = new ArrayList<>();
    final List<InterfacePair> macvlan = new ArrayList<>();
    final List<InterfacePair> ipvlan = new ArrayList<>();
    final List<InterfacePair> vethExtra = new ArrayList<>();
    /** In file order. */
    final PortTable ports = new PortTable();

    Optional<String> namespacePath = Optional.empty();

    /** Starts from settings; their sections but {@code [Exec]} stay unset. */
    static Draft of(NspawnSettings.Exec exec) {
        Draft draft = new Draft();
        draft.startMode = exec.startMode();
        draft.ephemeral = exec.ephemeral();
        draft.parameters = new ArrayList<>(exec.parameters());
        draft.environment = new ArrayList<>(exec.environment());
        draft.user = exec.user();
        draft.capability = exec.capability();
        draft.dropCapability = exec.dropCapability();
        draft.ambientCapability = exec.ambientCapability();
        draft.killSignal = exec.killSignal();
        draft.personality = exec.personality();
        draft.machineId = exec.machineId();
        draft.workingDirectory = exec.workingDirectory();
        draft.pivotRoot = exec.pivotRoot();
        draft.privateUsers = exec.privateUsers();
        draft.ownership = exec.ownership();
        draft.delegate = exec.delegate();
        draft.notifyReady = exec.notifyReady();
        draft.allowedSystemCalls.addAll(exec.allowedSystemCalls());
        draft.deniedSystemCalls.addAll(exec.deniedSystemCalls());
        draft.familiesAreAllowed = exec.addressFamilies().isAllowList();
        draft.families = Optional.of(new TreeSet<>(exec.addressFamilies().families()));
        draft.limits.putAll(exec.limits());
        draft.hostname = exec.hostname();
        draft.noNewPrivileges = exec.noNewPrivileges();
        draft.oomScoreAdjust = exec.oomScoreAdjust();
        draft.cpus = exec.cpuAffinity().map(set -> new TreeSet<>(set.cpus()));
        draft.resolvConf = exec.resolvConf();
        draft.timezone = exec.timezone();
        draft.linkJournal = exec.linkJournal();
        draft.suppressSync = exec.suppressSync();
        return draft;
    }

    NspawnSettings freeze() {
        return new NspawnSettings(exec(), files(), network());
    }

    private NspawnSettings.Exec exec() {
        return new NspawnSettings.Exec(
                startMode,
                ephemeral,
                parameters,
                environment,
                user,
                capability,
                dropCapability,
                ambientCapability,
                killSignal,
                personality,
                machineId,
                workingDirectory,
                pivotRoot,
                privateUsers,
                ownership,
                delegate,
                notifyReady,
                allowedSystemCalls,
                deniedSystemCalls,
                new AddressFamilies(familiesAreAllowed, List.copyOf(families.orElseGet(TreeSet::new))),
                limits,
                hostname,
                noNewPrivileges,
                oomScoreAdjust,
                cpus.map(CpuSet::of),
                resolvConf,
                timezone,
                linkJournal,
                suppressSync);
    }

    private NspawnSettings.Files files() {
        return new NspawnSettings.Files(readOnly, volatileMode, mounts, bindUsers, bindUserShell);
    }

    private NspawnSettings.Network network() {
        return new NspawnSettings.Network(
                isPrivate,
                veth,
                bridge,
                zone,
                interfaces,
                macvlan,
                ipvlan,
                vethExtra,
                ports.lastFirst(),
                namespacePath);
    }
}
