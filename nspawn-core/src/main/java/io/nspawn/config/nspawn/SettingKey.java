package io.nspawn.config.nspawn;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The keys of a {@code .nspawn} file, each with its grammar, what a second assignment and an empty value do, whether a
 * file must be trusted for it, and the version of systemd that brought it.
 *
 * <p>From systemd.nspawn(5), and where that is silent from systemd's sources and recorded behaviour.
 */
public enum SettingKey {
    BOOT("Exec", "Boot", Merge.STICKY, Empty.WARNS, Trust.ANY, 226, Grammar.BOOLEAN, ExecParsers::boot),
    PROCESS_TWO(
            "Exec", "ProcessTwo", Merge.STICKY, Empty.WARNS, Trust.ANY, 229, Grammar.BOOLEAN, ExecParsers::processTwo),
    EPHEMERAL(
            "Exec",
            "Ephemeral",
            Merge.LAST,
            Empty.RESETS,
            Trust.ANY,
            240,
            Grammar.BOOLEAN,
            ExecParsers.tristate((d, v) -> d.ephemeral = v)),
    PARAMETERS(
            "Exec",
            "Parameters",
            Merge.ADDS,
            Empty.RESETS,
            Trust.ANY,
            226,
            Grammar.WORDS,
            ExecParsers.words(d -> d.parameters)),
    ENVIRONMENT(
            "Exec",
            "Environment",
            Merge.ADDS,
            Empty.RESETS,
            Trust.ANY,
            226,
            Grammar.WORDS,
            ExecParsers.words(d -> d.environment)),
    USER(
            "Exec",
            "User",
            Merge.LAST,
            Empty.RESETS,
            Trust.ANY,
            226,
            "a user name or id without quotes and backslashes",
            ExecParsers::user),
    WORKING_DIRECTORY(
            "Exec",
            "WorkingDirectory",
            Merge.LAST,
            Empty.RESETS,
            Trust.ANY,
            229,
            Grammar.PATH,
            ExecParsers.path((d, v) -> d.workingDirectory = v)),
    PIVOT_ROOT(
            "Exec",
            "PivotRoot",
            Merge.LAST,
            Empty.WARNS,
            Trust.ANY,
            233,
            "NEW or NEW:OLD, both absolute paths in their simplest form",
            ExecParsers::pivotRoot),
    CAPABILITY(
            "Exec",
            "Capability",
            Merge.ADDS,
            Empty.DOES_NOTHING,
            Trust.PRIVILEGED,
            226,
            Grammar.CAPABILITIES,
            ExecParsers.capabilities((d, v) -> d.capability = d.capability.with(v))),
    DROP_CAPABILITY(
            "Exec",
            "DropCapability",
            Merge.ADDS,
            Empty.DOES_NOTHING,
            Trust.ANY,
            226,
            Grammar.CAPABILITIES,
            ExecParsers.capabilities((d, v) -> d.dropCapability = d.dropCapability.with(v))),
    AMBIENT_CAPABILITY(
            "Exec",
            "AmbientCapability",
            Merge.ADDS,
            Empty.DOES_NOTHING,
            Trust.PRIVILEGED,
            248,
            Grammar.CAPABILITIES,
            ExecParsers.capabilities((d, v) -> d.ambientCapability = d.ambientCapability.with(v))),
    KILL_SIGNAL(
            "Exec",
            "KillSignal",
            Merge.LAST,
            Empty.WARNS,
            Trust.ANY,
            230,
            "a signal such as SIGTERM or SIGRTMIN+3",
            ExecParsers::killSignal),
    PERSONALITY(
            "Exec",
            "Personality",
            Merge.LAST,
            Empty.RESETS,
            Trust.ANY,
            226,
            "the host's architecture or its 32-bit one, such as x86-64 or x86",
            ExecParsers::personality),
    MACHINE_ID(
            "Exec",
            "MachineID",
            Merge.LAST,
            Empty.WARNS,
            Trust.PRIVILEGED,
            226,
            "32 hexadecimal digits that are not all zero",
            ExecParsers::machineId),
    PRIVATE_USERS(
            "Exec",
            "PrivateUsers",
            Merge.LAST,
            Empty.WARNS,
            Trust.PRIVILEGED,
            230,
            "no, yes, pick, identity, managed (since 258) or SHIFT:RANGE",
            UserParsers::privateUsers),
    PRIVATE_USERS_DELEGATE(
            "Exec",
            "PrivateUsersDelegate",
            Merge.LAST,
            Empty.WARNS,
            Trust.PRIVILEGED,
            260,
            "a number",
            UserParsers::delegate),
    NOTIFY_READY(
            "Exec",
            "NotifyReady",
            Merge.LAST,
            Empty.RESETS,
            Trust.ANY,
            231,
            Grammar.BOOLEAN,
            ExecParsers.tristate((d, v) -> d.notifyReady = v)),
    SYSTEM_CALL_FILTER(
            "Exec",
            "SystemCallFilter",
            Merge.ADDS,
            Empty.DOES_NOTHING,
            Trust.PRIVILEGED,
            235,
            "system calls and @groups, denied after a leading ~",
            ExecParsers::systemCallFilter),
    RESTRICT_ADDRESS_FAMILIES(
            "Exec",
            "RestrictAddressFamilies",
            Merge.ADDS,
            Empty.RESETS,
            Trust.ANY,
            Version.ADDRESS_FAMILIES,
            "none, or families such as AF_INET, denied after a leading ~",
            ExecParsers::addressFamilies),
    LIMIT_CPU(ResourceLimit.CPU),
    LIMIT_FSIZE(ResourceLimit.FSIZE),
    LIMIT_DATA(ResourceLimit.DATA),
    LIMIT_STACK(ResourceLimit.STACK),
    LIMIT_CORE(ResourceLimit.CORE),
    LIMIT_RSS(ResourceLimit.RSS),
    LIMIT_NOFILE(ResourceLimit.NOFILE),
    LIMIT_AS(ResourceLimit.AS),
    LIMIT_NPROC(ResourceLimit.NPROC),
    LIMIT_MEMLOCK(ResourceLimit.MEMLOCK),
    LIMIT_LOCKS(ResourceLimit.LOCKS),
    LIMIT_SIGPENDING(ResourceLimit.SIGPENDING),
    LIMIT_MSGQUEUE(ResourceLimit.MSGQUEUE),
    LIMIT_NICE(ResourceLimit.NICE),
    LIMIT_RTPRIO(ResourceLimit.RTPRIO),
    LIMIT_RTTIME(ResourceLimit.RTTIME),
    HOSTNAME(
            "Exec",
            "Hostname",
            Merge.LAST,
            Empty.RESETS,
            Trust.ANY,
            239,
            "a hostname of letters, digits, hyphens and dots",
            ExecParsers::hostname),
    NO_NEW_PRIVILEGES(
            "Exec",
            "NoNewPrivileges",
            Merge.LAST,
            Empty.RESETS,
            Trust.ANY,
            239,
            Grammar.BOOLEAN,
            ExecParsers.tristate((d, v) -> d.noNewPrivileges = v)),
    OOM_SCORE_ADJUST(
            "Exec",
            "OOMScoreAdjust",
            Merge.LAST,
            Empty.RESETS,
            Trust.PRIVILEGED,
            239,
            "a number from -1000 to 1000",
            ExecParsers::oomScoreAdjust),
    CPU_AFFINITY(
            "Exec",
            "CPUAffinity",
            Merge.ADDS,
            Empty.RESETS,
            Trust.PRIVILEGED,
            239,
            "processors such as 0-3 8",
            CpuParser::parse),
    RESOLV_CONF(
            "Exec",
            "ResolvConf",
            Merge.LAST,
            Empty.WARNS,
            Trust.ANY,
            239,
            Choice.spellings(ResolvConf.class),
            ExecParsers.choice(ResolvConf.class, ResolvConf.OFF, ResolvConf.AUTO, (d, v) -> d.resolvConf = v)),
    TIMEZONE(
            "Exec",
            "Timezone",
            Merge.LAST,
            Empty.WARNS,
            Trust.ANY,
            239,
            Choice.spellings(Timezone.class),
            ExecParsers.choice(Timezone.class, Timezone.OFF, Timezone.AUTO, (d, v) -> d.timezone = v)),
    LINK_JOURNAL(
            "Exec",
            "LinkJournal",
            Merge.LAST,
            Empty.WARNS,
            Trust.PRIVILEGED,
            239,
            Choice.spellings(LinkJournal.class),
            ExecParsers::linkJournal),
    SUPPRESS_SYNC(
            "Exec",
            "SuppressSync",
            Merge.LAST,
            Empty.RESETS,
            Trust.ANY,
            250,
            Grammar.BOOLEAN,
            ExecParsers.tristate((d, v) -> d.suppressSync = v)),

    READ_ONLY(
            "Files",
            "ReadOnly",
            Merge.LAST,
            Empty.RESETS,
            Trust.ANY,
            226,
            Grammar.BOOLEAN,
            ExecParsers.tristate((d, v) -> d.readOnly = v)),
    VOLATILE(
            "Files",
            "Volatile",
            Merge.LAST,
            Empty.WARNS,
            Trust.ANY,
            226,
            Choice.spellings(Volatile.class),
            ExecParsers.choice(Volatile.class, Volatile.NO, Volatile.YES, (d, v) -> d.volatileMode = v)),
    BIND(
            "Files",
            "Bind",
            Merge.ADDS,
            Empty.WARNS,
            Trust.PRIVILEGED,
            226,
            Grammar.BIND,
            (d, a) -> FilesParsers.bind(d, a, false)),
    BIND_READ_ONLY(
            "Files",
            "BindReadOnly",
            Merge.ADDS,
            Empty.WARNS,
            Trust.PRIVILEGED,
            226,
            Grammar.BIND,
            (d, a) -> FilesParsers.bind(d, a, true)),
    TEMPORARY_FILE_SYSTEM(
            "Files",
            "TemporaryFileSystem",
            Merge.ADDS,
            Empty.WARNS,
            Trust.PRIVILEGED,
            226,
            "PATH or PATH:OPTIONS, the path absolute",
            FilesParsers::temporaryFileSystem),
    INACCESSIBLE(
            "Files",
            "Inaccessible",
            Merge.ADDS,
            Empty.WARNS,
            Trust.PRIVILEGED,
            242,
            "an absolute path",
            FilesParsers::inaccessible),
    OVERLAY(
            "Files",
            "Overlay",
            Merge.ADDS,
            Empty.WARNS,
            Trust.PRIVILEGED,
            233,
            Grammar.OVERLAY,
            (d, a) -> FilesParsers.overlay(d, a, false)),
    OVERLAY_READ_ONLY(
            "Files",
            "OverlayReadOnly",
            Merge.ADDS,
            Empty.WARNS,
            Trust.PRIVILEGED,
            233,
            Grammar.OVERLAY,
            (d, a) -> FilesParsers.overlay(d, a, true)),
    PRIVATE_USERS_OWNERSHIP(
            "Files",
            "PrivateUsersOwnership",
            Merge.LAST,
            Empty.WARNS,
            Trust.PRIVILEGED,
            249,
            "off, chown, map, auto or foreign (since 258)",
            UserParsers::ownership),
    PRIVATE_USERS_CHOWN(
            "Files",
            "PrivateUsersChown",
            Merge.LAST,
            Empty.WARNS,
            Trust.PRIVILEGED,
            230,
            Grammar.BOOLEAN,
            UserParsers::chown),
    BIND_USER(
            "Files",
            "BindUser",
            Merge.ADDS,
            Empty.RESETS,
            Trust.PRIVILEGED,
            249,
            "user names of up to 31 letters, digits, _ and -",
            FilesParsers::bindUser),
    BIND_USER_SHELL(
            "Files",
            "BindUserShell",
            Merge.LAST,
            Empty.RESETS,
            Trust.ANY,
            258,
            "a boolean or an absolute path in its simplest form",
            FilesParsers::bindUserShell),

    PRIVATE(
            "Network",
            "Private",
            Merge.LAST,
            Empty.RESETS,
            Trust.PRIVILEGED,
            226,
            Grammar.BOOLEAN,
            ExecParsers.tristate((d, v) -> d.isPrivate = v)),
    NAMESPACE_PATH(
            "Network",
            "NamespacePath",
            Merge.LAST,
            Empty.RESETS,
            Trust.PRIVILEGED,
            259,
            Grammar.PATH,
            ExecParsers.path((d, v) -> d.namespacePath = v)),
    VIRTUAL_ETHERNET(
            "Network",
            "VirtualEthernet",
            Merge.LAST,
            Empty.RESETS,
            Trust.PRIVILEGED,
            226,
            Grammar.BOOLEAN,
            ExecParsers.tristate((d, v) -> d.veth = v)),
    VIRTUAL_ETHERNET_EXTRA(
            "Network",
            "VirtualEthernetExtra",
            Merge.ADDS,
            Empty.WARNS,
            Trust.PRIVILEGED,
            228,
            "HOST or HOST:CONTAINER, both interface names",
            NetworkParsers::vethExtra),
    INTERFACE(
            "Network",
            "Interface",
            Merge.ADDS,
            Empty.DOES_NOTHING,
            Trust.PRIVILEGED,
            226,
            Grammar.INTERFACES,
            NetworkParsers.interfaces(d -> d.interfaces, "")),
    MACVLAN(
            "Network",
            "MACVLAN",
            Merge.ADDS,
            Empty.DOES_NOTHING,
            Trust.PRIVILEGED,
            226,
            Grammar.INTERFACES,
            NetworkParsers.interfaces(d -> d.macvlan, "mv-")),
    IPVLAN(
            "Network",
            "IPVLAN",
            Merge.ADDS,
            Empty.DOES_NOTHING,
            Trust.PRIVILEGED,
            226,
            Grammar.INTERFACES,
            NetworkParsers.interfaces(d -> d.ipvlan, "iv-")),
    BRIDGE(
            "Network",
            "Bridge",
            Merge.LAST,
            Empty.RESETS,
            Trust.PRIVILEGED,
            226,
            "an interface name of up to 15 bytes",
            NetworkParsers::bridge),
    ZONE(
            "Network",
            "Zone",
            Merge.LAST,
            Empty.DOES_NOTHING,
            Trust.PRIVILEGED,
            230,
            "a name of up to 12 bytes that makes vz-NAME an interface name",
            NetworkParsers::zone),
    PORT(
            "Network",
            "Port",
            Merge.ADDS,
            Empty.WARNS,
            Trust.PRIVILEGED,
            226,
            "HOST or HOST:CONTAINER, 1 to 65535, after tcp: or udp:",
            NetworkParsers::port);

    /** What a second assignment does. */
    public enum Merge {
        /** It replaces the first. */
        LAST,
        /** It adds to the first. */
        ADDS,
        /** It cannot take back a yes. */
        STICKY
    }

    /** What an empty value does. */
    public enum Empty {
        /** It takes back what was assigned before. */
        RESETS,
        /** Nothing, without a warning; for {@code Zone=} it even is a name. */
        DOES_NOTHING,
        /** systemd warns, and what was assigned before stays. */
        WARNS
    }

    /** In which files a key counts. */
    public enum Trust {
        /** In every file. */
        ANY,
        /** Only in one below {@code /etc} or {@code /run}; {@code SystemCallFilter=} counts anywhere if it only denies. */
        PRIVILEGED
    }

    private static final Map<String, Map<String, SettingKey>> BY_NAME = Arrays.stream(values())
            .collect(Collectors.groupingBy(
                    SettingKey::section, Collectors.toUnmodifiableMap(SettingKey::key, Function.identity())));

    private final String section;
    private final String key;
    private final Merge merge;
    private final Empty empty;
    private final Trust trust;
    private final int since;
    private final String grammar;

    @SuppressWarnings("ImmutableEnumChecker") // No parser has a state.
    private final ValueParser parser;

    SettingKey(
            String section,
            String key,
            Merge merge,
            Empty empty,
            Trust trust,
            int since,
            String grammar,
            ValueParser parser) {
        this.section = section;
        this.key = key;
        this.merge = merge;
        this.empty = empty;
        this.trust = trust;
        this.since = since;
        this.grammar = grammar;
        this.parser = parser;
    }

    SettingKey(ResourceLimit limit) {
        this(
                "Exec",
                "Limit" + limit.name(),
                Merge.LAST,
                Empty.WARNS,
                Trust.PRIVILEGED,
                239,
                "SOFT or SOFT:HARD, each " + limit.unit().grammar(),
                LimitParsers.of(limit));
    }

    /** The section: {@code Exec}, {@code Files} or {@code Network}. */
    public String section() {
        return section;
    }

    /** The key as the file has it. */
    public String key() {
        return key;
    }

    /** What a second assignment does. */
    public Merge merge() {
        return merge;
    }

    /** What an empty value does in {@code version}; that changed for the lists of interfaces. */
    public Empty empty(int version) {
        boolean list = this == INTERFACE || this == MACVLAN || this == IPVLAN;
        return list && version < Version.INTERFACE_PAIRS ? Empty.RESETS : empty;
    }

    public Trust trust() {
        return trust;
    }

    /** The first major version of systemd that has the key. */
    public int since() {
        return since;
    }

    /** What the value may be, in words. */
    public String grammar() {
        return grammar;
    }

    ValueParser parser() {
        return parser;
    }

    static boolean isSection(String name) {
        return BY_NAME.containsKey(name);
    }

    /** The key of a name in a section. */
    public static Optional<SettingKey> find(String section, String key) {
        return Optional.ofNullable(BY_NAME.getOrDefault(section, Map.of()).get(key));
    }

    private static final class Grammar {
        static final String BOOLEAN = "yes or no";
        static final String WORDS = "words, quoted where they have blanks";
        static final String PATH = "an absolute path without ..";
        static final String CAPABILITIES = "capabilities such as CAP_NET_ADMIN, separated by blanks";
        static final String BIND = "SOURCE, SOURCE:DESTINATION or SOURCE:DESTINATION:OPTIONS, the paths absolute";
        static final String OVERLAY = "LOWER:UPPER or LOWER…:UPPER:DESTINATION, absolute paths";
        static final String INTERFACES = "interface names of up to 15 bytes, since 254 also HOST:CONTAINER";
    }
}
