package io.nspawn.config.nspawn;

import io.nspawn.config.InvalidFileException;
import io.nspawn.config.SystemdFile;
import io.nspawn.config.SystemdFile.Entry;
import io.nspawn.config.SystemdFile.Section;
import io.nspawn.model.Bind;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerSpec.Payload;
import io.nspawn.model.MachineName;
import io.nspawn.model.Nic;
import io.nspawn.model.Setting;
import io.nspawn.model.Signal;
import io.nspawn.model.SystemdVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The {@code .nspawn} file of a container (systemd.nspawn(5)), in the directory whose files are trusted: privileged
 * settings count only there.
 *
 * <p>The template unit reads it with {@code --settings=override}, which replaces whole groups: any key of
 * {@code [Network]} drops the template's veth, {@code PrivateUsersOwnership=} alone turns user namespaces off,
 * {@code Parameters=} without {@code Boot=} is ignored. So each of these is always written with its companion. Without
 * {@code KillSignal=} systemd-nspawn kills an application that PID 1 stops, when the host shuts down say, without a word.
 */
public final class SettingsFile {
    /** The note that holds a container's name as its spec gave it. */
    public static final String NAME_FACT = "Name";

    /** The note that names the image a container was cloned from. */
    public static final String IMAGE_FACT = "Image";

    /** The note that holds a digest of all that a spec came down to. */
    public static final String SPEC_FACT = "Spec";

    /** The note that names the static addresses of a container, which tell when its network is up. */
    public static final String ADDRESSES_FACT = "Addresses";

    private static final Path DIRECTORY = Path.of("/etc/systemd/nspawn");
    /** The stub that is an application's init takes it for "power off"; SIGTERM it ignores. */
    private static final Signal POWER_OFF = Signal.of("SIGRTMIN+4");

    private static final Set<String> NO = Set.of("no", "false", "off", "0", "n", "f");

    private SettingsFile() {}

    /** The directory of trusted settings that an operator's and this library's files share. */
    public static Path directory() {
        return DIRECTORY;
    }

    /** Where the file of a machine stands. */
    public static Path path(MachineName machine) {
        return DIRECTORY.resolve(machine + ".nspawn");
    }

    /**
     * The file of a container. Whether that systemd takes its further settings is a question for {@link #problems}.
     *
     * @throws InvalidFileException if the format, or this version's, cannot hold what the spec says
     */
    public static SystemdFile of(ContainerSpec spec, SystemdVersion version) {
        SystemdFile own = SettingsWriter.forVersion(version.major()).write(own(spec, version));
        if (spec.settings().isEmpty()) {
            return own;
        }
        Map<String, List<Entry>> sections = new LinkedHashMap<>();
        for (String section : List.of("Exec", "Files", "Network")) {
            sections.put(section, entries(own, section, stays(spec.settings())));
        }
        spec.settings()
                .forEach(s ->
                        entry(s).ifPresent(entry -> sections.merge(s.section(), List.of(entry), SettingsFile::joined)));
        return new SystemdFile(
                List.of(),
                sections.entrySet().stream()
                        .filter(s -> !s.getValue().isEmpty())
                        .map(s -> new Section(s.getKey(), s.getValue()))
                        .toList());
    }

    /** How the file is read by a systemd: what it takes and what it says about it. */
    public static SettingsReading read(String text, SystemdVersion version) {
        return SettingsReader.forVersion(version.major()).read(text);
    }

    /**
     * What is wrong with the settings of a spec, as a systemd sees it: what it does not know or take, what contradicts
     * something else and fails at the start, and what the spec says otherwise already. A line of each has no meaning: the
     * file is not written yet.
     */
    public static List<Diagnostic> problems(ContainerSpec spec, SystemdVersion version) {
        List<Diagnostic> problems = new ArrayList<>();
        spec.settings().forEach(setting -> Claims.against(spec, setting).ifPresent(problems::add));
        spec.settings().stream()
                .filter(setting -> entry(setting).isEmpty())
                .forEach(setting -> problems.add(new Diagnostic(
                        Code.VALUE_INVALID,
                        0,
                        setting.key(),
                        "no line can hold " + setting,
                        "leave out blanks at the ends")));
        SettingsReading reading;
        try {
            reading = read(of(spec, version).text(), version);
        } catch (InvalidFileException e) {
            problems.add(new Diagnostic(Code.VALUE_INVALID, 0, e.key(), e.problem(), e.remedy()));
            return problems;
        }
        problems.addAll(reading.diagnostics());
        Set<String> said = problems.stream().map(Diagnostic::key).collect(Collectors.toSet());
        SettingsLint.of(reading).stream()
                .filter(found -> matters(found, spec) && !said.contains(found.key()))
                .forEach(problems::add);
        return problems;
    }

    /** Of what is merely regretted, that which fails at the start or makes a line of the file mean nothing. */
    private static boolean matters(Diagnostic found, ContainerSpec spec) {
        return switch (found.code()) {
            case NETWORK_REPLACES_TEMPLATE,
                    HOST_NETWORK_LOSES_CAPABILITY,
                    INTERFACE_NAME_SHORTENED,
                    PRIVATE_USERS_WITHOUT_OWNERSHIP,
                    PERCENT_LITERAL,
                    DOLLAR_LITERAL,
                    COMMENT_IN_VALUE,
                    FILE_EMPTY,
                    ADDRESS_FAMILIES_UNSET -> false;
            case DEVICE_NOT_ALLOWED -> has(spec, SettingKey.BIND) || has(spec, SettingKey.BIND_READ_ONLY);
            default -> true;
        };
    }

    private static NspawnSettings own(ContainerSpec spec, SystemdVersion version) {
        SettingsBuilder settings = SettingsBuilder.forVersion(version.major());
        if (spec.payload() instanceof Payload.Runs runs) {
            settings.runs(runs.command()).killSignal(POWER_OFF.number());
        } else {
            settings.boots(List.of()).notifyReady(true);
        }
        spec.environment().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(e -> settings.environment(e.getKey(), e.getValue()));
        if (spec.userNamespace()) {
            settings.users(UserNamespace.pick(), Ownership.AUTO);
        } else {
            settings.users(UserNamespace.none(), Ownership.OFF);
        }
        settings.resolvConf(ResolvConf.OFF).timezone(Timezone.OFF);
        settings.linkJournal(spec.persistentJournal() ? LinkJournal.TRY_GUEST : LinkJournal.NO);
        spec.binds().forEach(bind -> settings.mount(mount(bind)));
        spec.devices().forEach(device -> settings.mount(Mount.Bind.of(device.toString(), device.toString())));
        NetworkMode.OwnBuilder network = NetworkMode.isolated();
        spec.nics().stream().map(Nic::lower).forEach(network::macvlan);
        return settings.network(network.build()).unchecked();
    }

    private static Mount mount(Bind bind) {
        Optional<String> option = Optional.of(bind.mapping().option()).filter(o -> !o.isEmpty());
        return new Mount.Bind(
                Optional.of(bind.source().toString()), bind.target().toString(), option, bind.readOnly());
    }

    /** Which lines of the file stay beside the further settings. */
    private static Predicate<Entry> stays(List<Setting> settings) {
        Set<String> replaced = settings.stream()
                .flatMap(s -> SettingKey.find(s.section(), s.key()).stream())
                .filter(SettingsFile::isDefault)
                .map(SettingKey::key)
                .collect(Collectors.toSet());
        Set<String> given = settings.stream().map(Setting::key).collect(Collectors.toSet());
        if (given.contains(SettingKey.BRIDGE.key()) || given.contains(SettingKey.ZONE.key())) {
            // Both bring a veth, whatever this key says.
            replaced.add(SettingKey.VIRTUAL_ETHERNET.key());
        }
        if (given.contains(SettingKey.NAMESPACE_PATH.key())) {
            replaced.add(SettingKey.VIRTUAL_ETHERNET.key());
            replaced.add(SettingKey.PRIVATE.key());
        }
        if (given.contains(SettingKey.PRIVATE_USERS_CHOWN.key())) {
            replaced.add(SettingKey.PRIVATE_USERS_OWNERSHIP.key());
        }
        return entry -> !replaced.contains(entry.key());
    }

    /** Whether a further setting may take the place of the line; not a set, as whoever asks for a path needs no keys. */
    private static boolean isDefault(SettingKey key) {
        return switch (key) {
            case RESOLV_CONF,
                    TIMEZONE,
                    KILL_SIGNAL,
                    LINK_JOURNAL,
                    PRIVATE_USERS,
                    PRIVATE_USERS_OWNERSHIP,
                    PRIVATE,
                    VIRTUAL_ETHERNET -> true;
            default -> false;
        };
    }

    private static List<Entry> entries(SystemdFile file, String section, Predicate<Entry> stays) {
        return file.sections().stream()
                .filter(s -> s.name().equals(section))
                .flatMap(s -> s.entries().stream())
                .filter(stays)
                .toList();
    }

    private static Optional<Entry> entry(Setting setting) {
        try {
            return Optional.of(new Entry(setting.key(), setting.value()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<Entry> joined(List<Entry> some, List<Entry> more) {
        List<Entry> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    private static boolean has(ContainerSpec spec, SettingKey key) {
        return spec.settings().stream().anyMatch(s -> s.key().equals(key.key()));
    }

    /** What a spec has words of its own for. */
    private static final class Claims {
        static Optional<Diagnostic> against(ContainerSpec spec, Setting setting) {
            Optional<SettingKey> key = SettingKey.find(setting.section(), setting.key());
            return key.flatMap(k -> remedy(spec, k, setting.value()))
                    .map(remedy -> new Diagnostic(
                            Code.START_CONFLICT, 0, setting.key(), "the spec says that by itself: " + setting, remedy));
        }

        private static Optional<String> remedy(ContainerSpec spec, SettingKey key, String value) {
            boolean no = NO.contains(value);
            return switch (key) {
                case BOOT, PROCESS_TWO -> Optional.of("call boots() or runs(…)");
                case MACVLAN -> Optional.of("call macvlan(…), which knows the interface's name, MAC and addresses");
                case PARAMETERS -> when(!spec.boots(), "give the arguments to runs(…)");
                case NOTIFY_READY ->
                    when(spec.boots(), "leave it out: a container that boots is ready when its init is");
                case LINK_JOURNAL -> when(spec.persistentJournal(), "leave out persistentJournal()");
                case PRIVATE_USERS -> when(no || !spec.userNamespace(), "call withoutUserNamespace(), or leave it out");
                case PRIVATE_USERS_OWNERSHIP, PRIVATE_USERS_CHOWN ->
                    when(!spec.userNamespace(), "leave it out: without a user namespace there is no ownership");
                case PRIVATE -> when(no && !spec.nics().isEmpty(), "leave out the macvlans to use the host's network");
                default -> Optional.empty();
            };
        }

        private static Optional<String> when(boolean claimed, String remedy) {
            return claimed ? Optional.of(remedy) : Optional.empty();
        }
    }
}
