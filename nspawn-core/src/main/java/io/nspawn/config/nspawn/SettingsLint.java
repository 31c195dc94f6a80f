package io.nspawn.config.nspawn;

import io.nspawn.config.nspawn.SettingKey.Empty;
import io.nspawn.config.nspawn.SettingKey.Merge;
import io.nspawn.config.nspawn.SettingKey.Trust;
import io.nspawn.config.nspawn.SettingsReading.Assignment;
import io.nspawn.net.NspawnNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds what systemd accepts in a {@code .nspawn} file and its author will regret: with {@code systemd-nspawn@.service},
 * whose {@code --settings=override} replaces whole groups of its command line, at the start, or by a misreading of the
 * format. Each finding has a code, a line and a remedy.
 */
public final class SettingsLint {
    private static final int MAX_NAME = 15;
    private static final Pattern SPECIFIER = Pattern.compile("%[A-Za-z%]");
    private static final Pattern VARIABLE = Pattern.compile("\\$(\\{[A-Za-z_]|[A-Za-z_])");
    private static final Pattern COMMENT = Pattern.compile(".*[ \\t][#;]([ \\t].*)?");
    private static final Pattern SWALLOWED = Pattern.compile(".*[ \\t](\\[(Exec|Files|Network)\\]|[A-Z][A-Za-z]+=.*)");

    private final SettingsReading reading;
    private final NspawnSettings settings;
    private final List<Diagnostic> found = new ArrayList<>();
    private final Map<SettingKey, Assignment> last = new EnumMap<>(SettingKey.class);

    private SettingsLint(SettingsReading reading, NspawnSettings settings) {
        this.reading = reading;
        this.settings = settings;
        reading.assignments().forEach(assignment -> last.put(assignment.key(), assignment));
    }

    /**
     * Looks through a file that was read, as the unit reads it from a trusted place.
     *
     * @return findings in the order of their lines; none for a file that systemd refuses, which has worse to say
     */
    public static List<Diagnostic> of(SettingsReading reading) {
        return of(reading, true);
    }

    /**
     * The same.
     *
     * @param trusted whether the file lies below {@code /etc/systemd/nspawn} or {@code /run/systemd/nspawn}
     */
    public static List<Diagnostic> of(SettingsReading reading, boolean trusted) {
        if (reading.settings().isEmpty()) {
            return List.of();
        }
        SettingsLint lint = new SettingsLint(reading, reading.settings().get());
        lint.template();
        lint.network();
        lint.files();
        lint.assignments();
        if (!trusted) {
            lint.trust();
        }
        Contradictions.find(lint.settings, reading.version()).forEach(lint::placed);
        lint.found.sort(Comparator.comparingInt(Diagnostic::line));
        return List.copyOf(lint.found);
    }

    private boolean has(SettingKey key) {
        return last.containsKey(key);
    }

    private void placed(Diagnostic diagnostic) {
        int line = last.entrySet().stream()
                .filter(e -> e.getKey().key().equals(diagnostic.key()))
                .mapToInt(e -> e.getValue().line())
                .findFirst()
                .orElse(0);
        found.add(new Diagnostic(diagnostic.code(), line, diagnostic.key(), diagnostic.problem(), diagnostic.remedy()));
    }

    private void report(Code code, SettingKey key, String problem, String remedy) {
        placed(new Diagnostic(code, 0, key.key(), problem, remedy));
    }

    private void report(Code code, Assignment assignment, String problem, String remedy) {
        found.add(new Diagnostic(code, assignment.line(), assignment.key().key(), problem, remedy));
    }

    /** What the unit's command line loses. */
    private void template() {
        if (reading.assignments().isEmpty()) {
            found.add(
                    new Diagnostic(Code.FILE_EMPTY, 0, "", "the file says nothing", "remove it, or say what is meant"));
        }
        if (has(SettingKey.PARAMETERS) && settings.exec().startMode().isEmpty()) {
            report(
                    Code.PARAMETERS_WITHOUT_BOOT,
                    SettingKey.PARAMETERS,
                    "is ignored without Boot= or ProcessTwo=",
                    "add Boot=yes for arguments of init, or ProcessTwo=yes for a command");
        }
        boolean users = has(SettingKey.PRIVATE_USERS);
        boolean ownership = has(SettingKey.PRIVATE_USERS_OWNERSHIP) || has(SettingKey.PRIVATE_USERS_CHOWN);
        if (ownership && !users) {
            report(
                    Code.OWNERSHIP_WITHOUT_PRIVATE_USERS,
                    has(SettingKey.PRIVATE_USERS_OWNERSHIP)
                            ? SettingKey.PRIVATE_USERS_OWNERSHIP
                            : SettingKey.PRIVATE_USERS_CHOWN,
                    "alone turns the user namespaces of the unit off",
                    "add PrivateUsers=pick");
        }
        boolean mapped = settings.exec()
                .privateUsers()
                .filter(u -> u.mode() != UserNamespace.Mode.NO)
                .isPresent();
        if (users && !ownership && mapped) {
            report(
                    Code.PRIVATE_USERS_WITHOUT_OWNERSHIP,
                    SettingKey.PRIVATE_USERS,
                    "alone means another ownership from version to version",
                    "add PrivateUsersOwnership=auto");
        }
        if (reading.version() >= Version.ADDRESS_FAMILIES
                && !has(SettingKey.RESTRICT_ADDRESS_FAMILIES)
                && !reading.assignments().isEmpty()) {
            found.add(new Diagnostic(
                    Code.ADDRESS_FAMILIES_UNSET,
                    0,
                    "RestrictAddressFamilies",
                    "is not there, and its default is announced to become AF_INET AF_INET6 AF_UNIX",
                    "add RestrictAddressFamilies= with what the container needs"));
        }
    }

    private void network() {
        NspawnSettings.Network network = settings.network();
        if (!network.isConfigured()) {
            return;
        }
        if (network.veth().isEmpty()
                && !network.hasVeth()
                && network.namespacePath().isEmpty()) {
            reading.assignments().stream()
                    .filter(a -> a.key().section().equals("Network"))
                    .findFirst()
                    .ifPresent(a -> report(
                            Code.NETWORK_REPLACES_TEMPLATE,
                            a,
                            "as every key of [Network] drops the veth of the unit",
                            "add VirtualEthernet=yes or VirtualEthernet=no"));
        }
        boolean off = !network.isPrivate().orElse(true);
        if (off && network.isolates()) {
            report(
                    Code.PRIVATE_OVERRIDDEN,
                    SettingKey.PRIVATE,
                    "no is overridden: the links make the network private",
                    "remove the links, or say yes");
        } else if (!network.isolates() && network.namespacePath().isEmpty()) {
            report(
                    Code.HOST_NETWORK_LOSES_CAPABILITY,
                    has(SettingKey.PRIVATE) ? SettingKey.PRIVATE : SettingKey.VIRTUAL_ETHERNET,
                    "no means the host's network, without CAP_NET_ADMIN",
                    "say Private=yes unless the host's network is meant");
        }
        if (!network.veth().orElse(true) && network.hasVeth()) {
            report(
                    Code.VETH_OVERRIDDEN,
                    SettingKey.VIRTUAL_ETHERNET,
                    "no is overridden: Bridge= and Zone= make a veth",
                    "remove them, or say yes");
        }
        if (network.zone().filter(NetworkParsers.ZONE_PREFIX::equals).isPresent()) {
            report(
                    Code.ZONE_WITHOUT_NAME,
                    SettingKey.ZONE,
                    "without a name is the zone of the bridge vz-, and resets nothing",
                    "name the zone, or remove the line");
        }
        shortened(SettingKey.MACVLAN, network.macvlan(), "mv-");
        shortened(SettingKey.IPVLAN, network.ipvlan(), "iv-");
    }

    private void shortened(SettingKey key, List<InterfacePair> pairs, String prefix) {
        for (InterfacePair pair : pairs) {
            String name = pair.container().orElse(prefix + pair.host());
            if (name.length() > MAX_NAME && Interfaces.isValid(pair.host())) {
                report(
                        Code.INTERFACE_NAME_SHORTENED,
                        key,
                        name + " has more than 15 bytes and becomes " + NspawnNames.HASHED.shorten(name),
                        reading.version() >= Version.INTERFACE_PAIRS
                                ? "give a name: " + pair.host() + ":NAME"
                                : "match both names in the container, or use a lower interface of up to 12 bytes");
            }
        }
    }

    private void files() {
        for (Assignment assignment : reading.assignments()) {
            boolean bind = assignment.key() == SettingKey.BIND || assignment.key() == SettingKey.BIND_READ_ONLY;
            boolean overlay =
                    assignment.key() == SettingKey.OVERLAY || assignment.key() == SettingKey.OVERLAY_READ_ONLY;
            boolean relative = !assignment.value().startsWith("/")
                    && !assignment.value().startsWith("+")
                    && !assignment.value().startsWith(":");
            if ((bind || overlay) && relative && !assignment.value().isEmpty()) {
                report(
                        Code.SOURCE_RELATIVE,
                        assignment,
                        "a relative source starts from the directory that nspawn runs in, / in a unit",
                        "write the absolute path");
            }
            if (bind && (assignment.value() + ":").matches("/dev/(?!shm[:/]|pts[:/]|mqueue[:/]).*")) {
                report(
                        Code.DEVICE_NOT_ALLOWED,
                        assignment,
                        "the unit's device policy does not allow a device because it is bound",
                        "add DeviceAllow= in a drop-in of the unit");
            }
        }
    }

    private void assignments() {
        Set<SettingKey> seen = EnumSet.noneOf(SettingKey.class);
        for (Assignment assignment : reading.assignments()) {
            SettingKey key = assignment.key();
            String value = assignment.value();
            boolean empty = value.isEmpty();
            if (!seen.add(key) && key.merge() == Merge.LAST && !empty) {
                report(
                        Code.ASSIGNED_AGAIN,
                        assignment,
                        "counts once, and this line replaces an earlier one",
                        "keep one");
            }
            if (empty && key != SettingKey.ZONE && key.empty(reading.version()) == Empty.DOES_NOTHING) {
                report(
                        Code.EMPTY_DOES_NOT_RESET,
                        assignment,
                        "an empty value does not take back earlier lines",
                        "remove the earlier lines");
            }
            if (assignment.firstLine() < assignment.line()
                    && SWALLOWED.matcher(value).matches()) {
                report(
                        Code.LINE_SWALLOWED,
                        assignment,
                        "a backslash joined a line that looks like one of its own",
                        "remove the backslash at the end of line " + assignment.firstLine());
            }
            literal(assignment, value);
        }
    }

    private void literal(Assignment assignment, String value) {
        boolean words = assignment.key() == SettingKey.PARAMETERS || assignment.key() == SettingKey.ENVIRONMENT;
        if (SPECIFIER.matcher(value).find() && !words && !value.contains("size=")) {
            report(
                    Code.PERCENT_LITERAL,
                    assignment,
                    "a % is itself: .nspawn files have no specifiers",
                    "write out what is meant");
        }
        if (VARIABLE.matcher(value).find() && assignment.key() != SettingKey.PARAMETERS) {
            report(
                    Code.DOLLAR_LITERAL,
                    assignment,
                    "a $ is itself: no variable is expanded",
                    "write out what is meant");
        }
        if (COMMENT.matcher(value).matches()) {
            report(
                    Code.COMMENT_IN_VALUE,
                    assignment,
                    "what follows # or ; belongs to the value",
                    "put the comment on a line of its own");
        }
    }

    private void trust() {
        for (Assignment assignment : reading.assignments()) {
            boolean deniesOnly = assignment.key() == SettingKey.SYSTEM_CALL_FILTER
                    && settings.exec().allowedSystemCalls().isEmpty();
            if (assignment.key().trust() == Trust.PRIVILEGED && !deniesOnly) {
                report(
                        Code.NOT_TRUSTED,
                        assignment,
                        "is ignored in a file that is not trusted",
                        "move the file to /etc/systemd/nspawn");
            }
        }
    }

    /** The same findings with what systemd itself says, by line. */
    public static List<Diagnostic> withWarnings(SettingsReading reading, boolean trusted) {
        List<Diagnostic> all = new ArrayList<>(reading.diagnostics());
        all.addAll(of(reading, trusted));
        all.sort(Comparator.comparingInt(Diagnostic::line));
        return List.copyOf(all);
    }
}
