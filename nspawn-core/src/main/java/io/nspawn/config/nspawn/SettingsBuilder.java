package io.nspawn.config.nspawn;

import io.nspawn.config.InvalidFileException;
import io.nspawn.config.nspawn.NetworkMode.Link;
import io.nspawn.config.nspawn.NetworkMode.Uplink;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * Makes settings without contradictions, for one version of systemd: one network, user namespaces with their ownership,
 * parameters with what they are parameters of. What the version lacks is refused, and so is a value that the file could
 * not hold.
 */
public final class SettingsBuilder {
    private final int version;
    private final Draft draft = new Draft();

    private SettingsBuilder(int version) {
        this.version = version;
    }

    /** For systemd of a major version, from 252 on. */
    public static SettingsBuilder forVersion(int version) {
        if (version < SettingsReader.OLDEST) {
            throw new IllegalArgumentException("systemd " + version + " is older than " + SettingsReader.OLDEST);
        }
        return new SettingsBuilder(version);
    }

    /** Boots the container's own init, with these arguments. */
    public SettingsBuilder boots(List<String> arguments) {
        return starts(StartMode.BOOT, arguments);
    }

    /** Runs a command below a small init that nspawn brings. */
    public SettingsBuilder runs(List<String> command) {
        return starts(StartMode.PID2, nonEmpty(command));
    }

    /** Runs a command as PID 1; it must reap processes and handle signals like an init. */
    public SettingsBuilder runsAsInit(List<String> command) {
        return starts(StartMode.PID1, nonEmpty(command));
    }

    private static List<String> nonEmpty(List<String> command) {
        if (command.isEmpty() || command.get(0).isEmpty()) {
            throw new InvalidFileException(0, "Parameters", "has no program", "a command begins with one");
        }
        return command;
    }

    private SettingsBuilder starts(StartMode mode, List<String> parameters) {
        draft.startMode = Optional.of(mode);
        draft.parameters = List.copyOf(parameters);
        return this;
    }

    /** User namespaces, and whose the files are: neither is left without the other. */
    public SettingsBuilder users(UserNamespace users, Ownership ownership) {
        if (users.mode() == UserNamespace.Mode.MANAGED) {
            need(Version.MANAGED_USERS, SettingKey.PRIVATE_USERS, "managed");
        }
        if (ownership == Ownership.FOREIGN) {
            need(Version.MANAGED_USERS, SettingKey.PRIVATE_USERS_OWNERSHIP, "foreign");
        }
        if (users.range().isEmpty()) {
            throw new InvalidFileException(
                    0,
                    "PrivateUsers",
                    "does not take " + users,
                    "user namespaces need a range, or a way to choose one");
        }
        if (users.mode() == UserNamespace.Mode.NO && ownership != Ownership.OFF) {
            throw new InvalidFileException(
                    0,
                    "PrivateUsersOwnership",
                    "does not take \"" + ownership.text() + '"',
                    "without user namespaces it is off");
        }
        draft.privateUsers = Optional.of(users);
        draft.ownership = Optional.of(ownership);
        return this;
    }

    /** Further ranges of user ids, which only managed user namespaces have; since 260. */
    public SettingsBuilder managedUsers(Ownership ownership, long furtherRanges) {
        users(UserNamespace.managed(), ownership);
        if (furtherRanges != 0) {
            need(SettingKey.PRIVATE_USERS_DELEGATE);
            draft.delegate = furtherRanges;
        }
        return this;
    }

    /** The network; without it the command line's stays, which for the unit is a veth. */
    public SettingsBuilder network(NetworkMode mode) {
        clearNetwork();
        if (mode instanceof NetworkMode.Joined joined) {
            need(SettingKey.NAMESPACE_PATH);
            draft.namespacePath = Optional.of(joined.path());
            return this;
        }
        draft.isPrivate = Optional.of(mode instanceof NetworkMode.Own);
        draft.veth = Optional.of(false);
        if (mode instanceof NetworkMode.Own own) {
            own(own);
        }
        return this;
    }

    private void clearNetwork() {
        draft.namespacePath = Optional.empty();
        draft.isPrivate = Optional.empty();
        draft.veth = Optional.empty();
        draft.bridge = Optional.empty();
        draft.zone = Optional.empty();
        List.of(draft.interfaces, draft.macvlan, draft.ipvlan, draft.vethExtra).forEach(List::clear);
        draft.ports.clear();
    }

    private void own(NetworkMode.Own own) {
        draft.veth = Optional.of(!(own.uplink() instanceof Uplink.None));
        if (own.uplink() instanceof Uplink.Bridge bridge) {
            draft.bridge = Optional.of(bridge.name().value());
        }
        if (own.uplink() instanceof Uplink.Zone zone) {
            draft.zone = Optional.of(zone(zone.name()));
        }
        own.interfaces().forEach(link -> draft.interfaces.add(pair(SettingKey.INTERFACE, link, "")));
        own.macvlan().forEach(link -> draft.macvlan.add(pair(SettingKey.MACVLAN, link, "mv-")));
        own.ipvlan().forEach(link -> draft.ipvlan.add(pair(SettingKey.IPVLAN, link, "iv-")));
        own.extra()
                .forEach(link -> draft.vethExtra.add(new InterfacePair(
                        link.host().value(),
                        Optional.of(link.container().orElse(link.host()).value()))));
        for (PublishedPort port : own.ports()) {
            if (!draft.ports.add(port)) {
                throw new InvalidFileException(0, "Port", "has the host's port twice: " + port, "publish it once");
            }
        }
    }

    private static String zone(String name) {
        if (name.isEmpty() || !Interfaces.isValid(NetworkParsers.ZONE_PREFIX + name)) {
            throw new InvalidFileException(
                    0, "Zone", "does not take \"" + name + '"', "a zone has 1 to 12 bytes that an interface may have");
        }
        return NetworkParsers.ZONE_PREFIX + name;
    }

    private InterfacePair pair(SettingKey key, Link link, String prefix) {
        String host = link.host().value();
        if (version >= Version.INTERFACE_PAIRS) {
            return new InterfacePair(
                    host, Optional.of(link.container().map(c -> c.value()).orElse(prefix + host)));
        }
        if (link.container().isPresent()) {
            need(Version.INTERFACE_PAIRS, key, host + ":" + link.container().get());
        }
        return new InterfacePair(host, Optional.empty());
    }

    /** Adds a mount; they are made in this order, and sorted by their paths at the start. */
    public SettingsBuilder mount(Mount mount) {
        draft.mounts.add(mount);
        return this;
    }

    /** Adds users of the host, which user namespaces are needed for, with the shell that they get. */
    public SettingsBuilder bindUsers(List<String> names, Optional<BindUserShell> shell) {
        if (shell.isPresent()) {
            need(SettingKey.BIND_USER_SHELL);
        }
        if (names.isEmpty()) {
            throw new InvalidFileException(0, "BindUser", "has no users", "name one or more");
        }
        draft.bindUsers.addAll(names);
        draft.bindUserShell = shell;
        return this;
    }

    public SettingsBuilder environment(String name, String value) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new InvalidFileException(
                    0,
                    "Environment",
                    "takes no variable of the name \"" + name + '"',
                    "a name has letters, digits and _, and no digit at its start");
        }
        draft.environment.add(name + "=" + value);
        return this;
    }

    public SettingsBuilder user(String user) {
        draft.user = Optional.of(user);
        return this;
    }

    public SettingsBuilder workingDirectory(String path) {
        draft.workingDirectory = Optional.of(path);
        return this;
    }

    public SettingsBuilder pivotRoot(PivotRoot pivotRoot) {
        draft.pivotRoot = Optional.of(pivotRoot);
        return this;
    }

    public SettingsBuilder hostname(String hostname) {
        draft.hostname = Optional.of(hostname);
        return this;
    }

    /** 32 hexadecimal digits in lower case. */
    public SettingsBuilder machineId(String id) {
        draft.machineId = Optional.of(id);
        return this;
    }

    /** Capabilities besides and without nspawn's own set; none is in both. */
    public SettingsBuilder capabilities(CapabilitySet added, CapabilitySet dropped) {
        if ((added.bits() & dropped.bits()) != 0) {
            throw new InvalidFileException(
                    0,
                    "DropCapability",
                    "has what Capability= adds: " + new CapabilitySet(added.bits() & dropped.bits()),
                    "leave it out of one of them");
        }
        draft.capability = added;
        draft.dropCapability = dropped;
        return this;
    }

    /** Capabilities that the command keeps although it is not root; a booted container cannot have them. */
    public SettingsBuilder ambientCapabilities(CapabilitySet ambient) {
        draft.ambientCapability = ambient;
        return this;
    }

    /** The signal that ends the container, 1 to 64. */
    public SettingsBuilder killSignal(int number) {
        draft.killSignal = OptionalInt.of(number);
        return this;
    }

    public SettingsBuilder personality(Personality personality) {
        draft.personality = Optional.of(personality);
        return this;
    }

    /** System calls and {@code @groups} allowed besides and taken from nspawn's own list. */
    public SettingsBuilder systemCalls(List<String> allowed, List<String> denied) {
        draft.allowedSystemCalls.addAll(allowed);
        draft.deniedSystemCalls.addAll(denied);
        return this;
    }

    /** The socket families; since 261. */
    public SettingsBuilder addressFamilies(AddressFamilies families) {
        need(SettingKey.RESTRICT_ADDRESS_FAMILIES);
        draft.familiesAreAllowed = families.isAllowList();
        draft.families = Optional.of(new TreeSet<>(families.families()));
        return this;
    }

    public SettingsBuilder limit(ResourceLimit limit, LimitRange range) {
        draft.limits.put(limit, range);
        return this;
    }

    public SettingsBuilder limits(Map<ResourceLimit, LimitRange> limits) {
        draft.limits.putAll(limits);
        return this;
    }

    /** -1000 to 1000. */
    public SettingsBuilder oomScoreAdjust(int value) {
        draft.oomScoreAdjust = new OomScoreAdjust(true, value);
        return this;
    }

    public SettingsBuilder cpus(Collection<Integer> cpus) {
        if (cpus.isEmpty()) {
            throw new InvalidFileException(0, "CPUAffinity", "has no processors", "name one or more");
        }
        draft.cpus = Optional.of(new TreeSet<>(cpus));
        return this;
    }

    public SettingsBuilder resolvConf(ResolvConf mode) {
        draft.resolvConf = Optional.of(mode);
        return this;
    }

    public SettingsBuilder timezone(Timezone mode) {
        draft.timezone = Optional.of(mode);
        return this;
    }

    public SettingsBuilder linkJournal(LinkJournal mode) {
        draft.linkJournal = Optional.of(mode);
        return this;
    }

    public SettingsBuilder ephemeral(boolean flag) {
        draft.ephemeral = Optional.of(flag);
        return this;
    }

    public SettingsBuilder notifyReady(boolean flag) {
        draft.notifyReady = Optional.of(flag);
        return this;
    }

    public SettingsBuilder noNewPrivileges(boolean flag) {
        draft.noNewPrivileges = Optional.of(flag);
        return this;
    }

    public SettingsBuilder suppressSync(boolean flag) {
        draft.suppressSync = Optional.of(flag);
        return this;
    }

    public SettingsBuilder readOnly(boolean flag) {
        draft.readOnly = Optional.of(flag);
        return this;
    }

    public SettingsBuilder volatileMode(Volatile mode) {
        draft.volatileMode = Optional.of(mode);
        return this;
    }

    /**
     * The settings.
     *
     * @throws InvalidFileException if two of them contradict each other at the start, or the file cannot hold one
     */
    public NspawnSettings build() {
        NspawnSettings settings = draft.freeze();
        Contradictions.find(settings, version).stream().findFirst().ifPresent(contradiction -> {
            throw new InvalidFileException(0, contradiction.key(), contradiction.problem(), contradiction.remedy());
        });
        SettingsWriter.forVersion(version).write(settings);
        return settings;
    }

    /** The settings as they are, for whoever looks for all contradictions himself. */
    NspawnSettings unchecked() {
        return draft.freeze();
    }

    private void need(SettingKey key) {
        need(key.since(), key, "");
    }

    private void need(int since, SettingKey key, String value) {
        if (version < since) {
            throw new InvalidFileException(
                    0, key.key(), value + " is not known to systemd " + version, "it needs systemd " + since);
        }
    }
}
