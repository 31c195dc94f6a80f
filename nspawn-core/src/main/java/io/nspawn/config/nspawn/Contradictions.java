package io.nspawn.config.nspawn;

import io.nspawn.config.nspawn.UserNamespace.Mode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What systemd-nspawn reads without a word and refuses at the start, in {@code verify_arguments()} or when it mounts.
 * Diagnostics have no line; their key says what to change.
 */
final class Contradictions {
    private static final CapabilitySet NET_ADMIN = CapabilitySet.of("CAP_NET_ADMIN");
    private static final int OWNER_IDMAP = 256;
    private static final int BIND_USER_ALONE = 253;

    private final NspawnSettings.Exec exec;
    private final NspawnSettings.Files files;
    private final NspawnSettings.Network network;
    private final int version;
    private final List<Diagnostic> found = new ArrayList<>();

    private Contradictions(NspawnSettings settings, int version) {
        this.exec = settings.exec();
        this.files = settings.files();
        this.network = settings.network();
        this.version = version;
    }

    static List<Diagnostic> find(NspawnSettings settings, int version) {
        Contradictions contradictions = new Contradictions(settings, version);
        contradictions.network();
        contradictions.users();
        contradictions.capabilities();
        contradictions.files();
        contradictions.mounts();
        return contradictions.found;
    }

    private void network() {
        boolean links = network.hasLinks() || network.hasVeth();
        check(
                network.bridge().isPresent() && network.zone().isPresent(),
                Code.BRIDGE_AND_ZONE,
                SettingKey.ZONE,
                "with Bridge= the start fails",
                "keep one of the two");
        check(
                network.namespacePath().isPresent() && links,
                Code.NAMESPACE_WITH_LINKS,
                SettingKey.NAMESPACE_PATH,
                "with interfaces the start fails",
                "give the interfaces to that namespace beforehand");
        check(
                !network.ports().isEmpty() && network.isConfigured() && !network.isolates(),
                Code.PORT_WITHOUT_PRIVATE_NETWORK,
                SettingKey.PORT,
                "without a private network the start fails",
                "add VirtualEthernet=yes");
    }

    private void users() {
        boolean managed =
                exec.privateUsers().filter(u -> u.mode() == Mode.MANAGED).isPresent();
        check(
                exec.delegate() != 0 && !managed,
                Code.DELEGATE_WITHOUT_MANAGED,
                SettingKey.PRIVATE_USERS_DELEGATE,
                "without PrivateUsers=managed the start fails",
                "add PrivateUsers=managed");
        check(
                managed
                        && network.isConfigured()
                        && !network.isolates()
                        && network.namespacePath().isEmpty(),
                Code.MANAGED_WITHOUT_PRIVATE_NETWORK,
                SettingKey.PRIVATE_USERS,
                "managed without a private network fails at the start",
                "add Private=yes");
        boolean forgotten = files.readOnly().orElse(false)
                || files.volatileMode().filter(v -> v != Volatile.NO).isPresent();
        check(
                forgotten && exec.ownership().filter(o -> o == Ownership.CHOWN).isPresent(),
                Code.CHOWN_OF_READ_ONLY,
                SettingKey.PRIVATE_USERS_OWNERSHIP,
                "chown with ReadOnly= or Volatile= fails at the start",
                "use map");
        check(
                !files.bindUsers().isEmpty()
                        && version < BIND_USER_ALONE
                        && exec.privateUsers().isPresent()
                        && !isMapped(),
                Code.BIND_USER_WITHOUT_PRIVATE_USERS,
                SettingKey.BIND_USER,
                "without user namespaces the start fails",
                "add PrivateUsers=pick and PrivateUsersOwnership=auto");
    }

    /** Whether ids are mapped, as far as the file says. */
    private boolean isMapped() {
        return exec.privateUsers().filter(u -> u.mode() != Mode.NO).isPresent();
    }

    private void capabilities() {
        CapabilitySet ambient = exec.ambientCapability();
        check(
                ambient.equals(CapabilitySet.ALL),
                Code.AMBIENT_REFUSED,
                SettingKey.AMBIENT_CAPABILITY,
                "all is refused at the start",
                "name the capabilities");
        check(
                !ambient.isEmpty()
                        && exec.startMode().filter(m -> m == StartMode.BOOT).isPresent(),
                Code.AMBIENT_REFUSED,
                SettingKey.AMBIENT_CAPABILITY,
                "with Boot=yes it is refused at the start",
                "give the capability in the unit of the service inside");
        CapabilitySet bounding = CapabilitySet.DEFAULT
                .with(network.isConfigured() && !network.isolates() ? CapabilitySet.NONE : NET_ADMIN)
                .with(exec.capability())
                .without(exec.dropCapability());
        check(
                !ambient.without(bounding).isEmpty() && !ambient.equals(CapabilitySet.ALL),
                Code.AMBIENT_REFUSED,
                SettingKey.AMBIENT_CAPABILITY,
                ambient.without(bounding) + " is not among the container's capabilities, and refused at the start",
                "add it to Capability=, and keep it out of DropCapability=");
    }

    private void files() {
        boolean linked = exec.linkJournal()
                .filter(j -> j == LinkJournal.HOST || j == LinkJournal.GUEST)
                .isPresent();
        check(
                exec.ephemeral().orElse(false) && linked,
                Code.EPHEMERAL_WITH_JOURNAL,
                SettingKey.LINK_JOURNAL,
                "host and guest fail with Ephemeral=yes",
                "use try-guest or no");
        check(
                files.bindUserShell().isPresent() && files.bindUsers().isEmpty(),
                Code.SHELL_WITHOUT_USER,
                SettingKey.BIND_USER_SHELL,
                "without BindUser= the start fails",
                "add BindUser=, or remove it");
    }

    private void mounts() {
        for (Mount mount : files.mounts()) {
            boolean found = exec.privateUsers().filter(u -> u.shift().isEmpty()).isPresent();
            boolean owned = exec.ownership().filter(o -> o != Ownership.OFF).isPresent();
            check(
                    Paths.simplify(mount.destination()).equals("/") && isMapped() && (found || owned),
                    Code.ROOT_MOUNT_WITH_PRIVATE_USERS,
                    key(mount),
                    "a mount over / fails with user namespaces, unless their range is given and the ownership off",
                    "mount it below /");
            if (mount instanceof Mount.Bind bind && bind.options().isPresent()) {
                options(bind, bind.options().get());
            }
        }
    }

    private static SettingKey key(Mount mount) {
        if (mount instanceof Mount.Bind bind) {
            return bind.readOnly() ? SettingKey.BIND_READ_ONLY : SettingKey.BIND;
        }
        if (mount instanceof Mount.Overlay overlay) {
            return overlay.readOnly() ? SettingKey.OVERLAY_READ_ONLY : SettingKey.OVERLAY;
        }
        return mount instanceof Mount.Inaccessible ? SettingKey.INACCESSIBLE : SettingKey.TEMPORARY_FILE_SYSTEM;
    }

    private void options(Mount.Bind bind, String options) {
        SettingKey key = key(bind);
        Set<String> mappings = Set.of("idmap", "rootidmap", "owneridmap");
        Set<String> known = version >= OWNER_IDMAP
                ? Set.of("rbind", "norbind", "idmap", "noidmap", "rootidmap", "owneridmap")
                : Set.of("rbind", "norbind", "idmap", "noidmap", "rootidmap");
        List<String> words = Arrays.asList(options.split(",", -1));
        for (String option : words) {
            check(
                    !option.isEmpty() && !known.contains(option),
                    Code.BIND_OPTION_UNKNOWN,
                    key,
                    "the mount option " + option + " is not known to systemd " + version + ", and the start fails",
                    option.equals("owneridmap")
                            ? "it needs systemd 256"
                            : "use " + String.join(", ", new TreeSet<>(known)));
        }
        check(
                words.stream().anyMatch(mappings::contains)
                        && exec.privateUsers().isPresent()
                        && !isMapped(),
                Code.BIND_MAPPING_WITHOUT_PRIVATE_USERS,
                key,
                "the mount options " + options + " fail without user namespaces",
                "add PrivateUsers=pick, or leave the option out");
    }

    private void check(boolean wrong, Code code, SettingKey key, String problem, String remedy) {
        if (wrong) {
            found.add(new Diagnostic(code, 0, key.key(), problem, remedy));
        }
    }
}
